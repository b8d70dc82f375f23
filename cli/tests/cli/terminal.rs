//! The prompt, on a pseudo-terminal.

use std::process::Command;

use crate::support::{PASSPHRASE, User};

/// Runs a command on a terminal of its own and types one line at each prompt; returns its exit code and what it showed.
const DRIVER: &str = r#"
import os, pty, select, sys, termios, time
lines = sys.argv[1].split("|"); args = sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execv(args[0], args)
shown, typed, deadline = b"", 0, time.time() + 60
while time.time() < deadline:
    if select.select([fd], [], [], 0.2)[0]:
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
        if typed < len(lines) and shown.count(b": ") > typed and shown.rstrip(b" ").endswith(b":"):
            # The prompt comes a moment before the terminal stops repeating what is typed.
            while termios.tcgetattr(fd)[3] & termios.ECHO and time.time() < deadline:
                time.sleep(0.01)
            os.write(fd, lines[typed].encode() + b"\n"); typed += 1
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
"#;

pub(crate) fn typed(user: &User, lines: &[&str], args: &[&str]) -> (i32, String) {
    let mut command: Command = user.at("/usr/bin/env".as_ref());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("TERM", "dumb");
    command.args(["python3", "-c", DRIVER, &lines.join("|"), env!("CARGO_BIN_EXE_tabella")]).args(args);
    let output = command.output().expect("python3 is needed");
    (output.status.code().expect("it ends"), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn passphrases_are_asked_for_without_echo() {
    let user = User::new();
    let (code, shown) = typed(&user, &[PASSPHRASE, PASSPHRASE], &["identity", "new", "alice"]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("New passphrase for identity alice") && shown.contains("The same again"), "{shown}");
    assert!(!shown.contains(PASSPHRASE), "the passphrase was shown");
    user.json("identity show alice --passphrase-file pass").expect(0);
    let (code, shown) = typed(&user, &[PASSPHRASE], &["identity", "export", "alice"]);
    assert_eq!(code, 0, "{shown}");
    let (code, shown) = typed(&user, &["wrong"], &["identity", "export", "alice"]);
    assert!(code == 2 && shown.contains("passphrase-wrong"), "{shown}");
}

#[test]
fn two_different_passphrases_make_nothing() {
    let user = User::new();
    let (code, shown) = typed(&user, &["one", "two"], &["trustee", "new", "council"]);
    assert!(code == 2 && shown.contains("passphrase-mismatch"), "{shown}");
    assert_eq!(user.json("trustee show council").expect(2).error_code(), "not-found");
}
