//! Who sends: flags, settings, keystores, key files. Called as a library, since sending itself needs contracts.

use std::path::{Path, PathBuf};

use alloy::signers::local::PrivateKeySigner;
use tabella::context::Ctx;
use tabella::error::CliError;
use tabella::opts::{Sender, SenderOpts};
use tabella::settings::{Origin, Settings, Values};

use crate::support::{PASSPHRASE, User};

const KEY: &str = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
const KEY_ADDRESS: &str = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";
const NODE: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

fn ctx(user: &User, layers: Vec<Values>) -> Ctx {
    let layers = layers.into_iter().map(|values| (Origin::Environment, values)).collect();
    Ctx::new(Settings::of_layers(user.home(), layers), true)
}

fn key_file(user: &User, content: &str) -> PathBuf {
    user.write_secret("key", content)
}

fn by_key(file: &Path) -> SenderOpts {
    SenderOpts { private_key_file: Some(file.to_path_buf()), ..SenderOpts::default() }
}

fn code(result: Result<Sender, CliError>) -> String {
    let error = result.expect_err("an error");
    assert!(
        !error.message.contains(&KEY[..20]) && !error.message.contains(PASSPHRASE),
        "a secret in {}",
        error.message
    );
    error.code.into_owned()
}

#[test]
fn the_strongest_layer_that_names_a_sender_decides_alone() {
    let user = User::new();
    let file = key_file(&user, KEY);
    let node = Values { from: Some(NODE.to_owned()), ..Values::default() };
    let key = Values { private_key_file: Some(file.clone()), ..Values::default() };
    let address =
        |opts: &SenderOpts, layers| opts.resolve(&ctx(&user, layers)).expect("a sender").address().to_checksum(None);
    assert_eq!(address(&by_key(&file), vec![node.clone()]), KEY_ADDRESS);
    assert_eq!(address(&SenderOpts::default(), vec![node.clone(), key.clone()]), NODE);
    assert_eq!(address(&SenderOpts::default(), vec![Values::default(), key.clone(), node.clone()]), KEY_ADDRESS);
    let both = Values { from: Some(NODE.to_owned()), ..key };
    assert_eq!(code(SenderOpts::default().resolve(&ctx(&user, vec![both]))), "sender-ambiguous");
    assert_eq!(code(SenderOpts::default().resolve(&ctx(&user, vec![Values::default()]))), "sender-missing");
}

#[test]
fn addresses_are_checked() {
    let user = User::new();
    let from =
        |text: &str| SenderOpts { from: Some(text.to_owned()), ..SenderOpts::default() }.resolve(&ctx(&user, vec![]));
    assert!(matches!(from(NODE), Ok(Sender::Node(_))));
    assert!(from(&NODE.to_lowercase()).is_ok());
    for bad in ["", "0x", "nonsense", &NODE[2..], &NODE[..41], &NODE.replace('C', "c"), &format!("{NODE}0")] {
        assert_eq!(code(from(bad)), "address-invalid", "{bad}");
    }
}

#[test]
fn key_files_are_checked_and_never_repeated() {
    let user = User::new();
    for good in [KEY.to_owned(), format!("0x{KEY}\n")] {
        let ctx = ctx(&user, vec![]);
        let sender = by_key(&key_file(&user, &good)).resolve(&ctx).expect("a sender");
        assert_eq!(sender.address().to_checksum(None), KEY_ADDRESS);
        assert!(!format!("{sender:?}").contains(&KEY[..20]), "the key would be logged");
        assert!(ctx.warnings().is_empty());
    }
    let zero = "0".repeat(64);
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for bad in ["", "\n", &KEY[..63], &format!("{KEY}00"), &zero, order, "nonsense", &"z".repeat(64)] {
        assert_eq!(code(by_key(&key_file(&user, bad)).resolve(&ctx(&user, vec![]))), "key-invalid", "{bad}");
    }
    assert_eq!(code(by_key(&user.work("none")).resolve(&ctx(&user, vec![]))), "file-not-found");
    assert_eq!(code(by_key(&key_file(&user, &"0".repeat(2000))).resolve(&ctx(&user, vec![]))), "file-too-large");
    let file = key_file(&user, KEY);
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("a mode");
    let ctx = ctx(&user, vec![]);
    by_key(&file).resolve(&ctx).expect("a sender");
    assert!(ctx.warnings()[0].contains("chmod 600"));
}

#[test]
fn keystores_open_with_their_password_only() {
    let user = User::new();
    let mut rng = rand::rngs::OsRng;
    let key = hex::decode(KEY).expect("hexadecimal");
    let (signer, _) = PrivateKeySigner::encrypt_keystore(user.work(""), &mut rng, key, PASSPHRASE, Some("store"))
        .expect("a keystore");
    let file = user.work("store");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let opts = |password: &str| SenderOpts {
        keystore: Some(file.clone()),
        password_file: Some(user.write_secret("password", password)),
        ..SenderOpts::default()
    };
    let open = |password: &str| opts(password).resolve(&ctx(&user, vec![]));
    assert_eq!(open(PASSPHRASE).expect("a sender").address(), signer.address());
    assert_eq!(code(open("wrong")), "password-wrong");
    assert_eq!(code(open("")), "passphrase-empty");
    let good: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("it")).expect("JSON");
    let damage = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut form = good.clone();
        change(&mut form);
        std::fs::write(&file, form.to_string()).expect("a file");
        code(open(PASSPHRASE))
    };
    assert_eq!(damage(&|f| f["crypto"]["kdfparams"]["n"] = (1u64 << 40).into()), "keystore-invalid");
    assert_eq!(damage(&|f| f["crypto"]["kdfparams"]["dklen"] = 16.into()), "keystore-invalid");
    assert_eq!(damage(&|f| f["crypto"]["kdfparams"]["dklen"] = 4_000_000_000u64.into()), "keystore-invalid");
    assert_eq!(damage(&|f| f["crypto"]["cipherparams"]["iv"] = "00".into()), "keystore-invalid");
    assert_eq!(damage(&|f| f["crypto"]["ciphertext"] = "00".into()), "keystore-invalid");
    assert_eq!(damage(&|f| f["crypto"]["kdfparams"]["salt"] = "00".into()), "password-wrong");
    assert_eq!(damage(&|f| f["address"] = NODE.into()), "keystore-invalid");
    for bad in ["", "{}", "{\"crypto\":1}", "nonsense", "\u{0}"] {
        std::fs::write(&file, bad).expect("a file");
        assert_eq!(code(open(PASSPHRASE)), "keystore-invalid", "{bad}");
    }
}
