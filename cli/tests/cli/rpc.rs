//! Nodes that are not there, or not what they should be.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::User;

/// A server that gives every request the same answer; returns its URL.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            );
        }
    });
    url
}

#[test]
fn answers_that_make_no_sense_are_the_chains_fault() {
    let user = User::new();
    for answer in [
        "hello",
        "",
        "{}",
        "[]",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"nonsense\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32601,\"message\":\"no\"}}",
    ] {
        let run = user.json(&format!("devnet accounts --rpc {}", server(answer))).expect(3);
        assert!(["rpc-error", "chain-unreachable"].contains(&run.error_code().as_str()), "{answer}: {}", run.stderr);
    }
}

#[test]
fn a_chain_that_is_no_devnet_is_left_alone() {
    let user = User::new();
    let mainnet = server("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"0x1\"}");
    for line in ["devnet advance 10", "devnet fund 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 1"] {
        assert_eq!(user.json(&format!("{line} --rpc {mainnet}")).expect(3).error_code(), "not-a-devnet");
    }
}

#[test]
fn the_access_key_in_a_url_is_never_repeated() {
    let user = User::new();
    for url in [
        "http://user:hunter2@127.0.0.1:1/v3/ACCESSKEY?k=ACCESSKEY",
        "https://127.0.0.1:1/v3/ACCESSKEY",
        "ACCESSKEY",
        "http://[",
    ] {
        let run = user.json(&format!("devnet accounts --rpc {url}"));
        assert!(run.code == 2 || run.code == 3);
        for secret in ["ACCESSKEY", "hunter2"] {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{}", run.stderr);
        }
    }
}
