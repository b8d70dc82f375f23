//! Knowing our own process from any other that got its number, and ending it.

use std::path::Path;

use crate::error::CliError;

/// Whether process `pid` lives and has `mark` on its command line.
pub(super) fn is_ours(pid: u32, mark: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt;
        // A process that has ended and waits for its parent has an empty command line.
        std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| line.split(|b| *b == 0).any(|arg| arg == mark.as_os_str().as_bytes()))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let listed = std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
        listed.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(&*mark.to_string_lossy()))
    }
}

/// Asks our process to end (or, with `force`, makes it); one that is gone or not ours is left alone.
pub(super) fn signal(pid: u32, mark: &Path, force: bool) -> Result<(), CliError> {
    use rustix::process::{Pid, Signal};
    let signal = if force { Signal::KILL } else { Signal::TERM };
    let Some(number) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return Ok(());
    };
    let sent = send(number, pid, mark, signal);
    match sent {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(e) => Err(CliError::chain("devnet-will-not-stop", format!("cannot signal process {pid}: {e}"))),
    }
}

#[cfg(target_os = "linux")]
fn send(
    number: rustix::process::Pid,
    pid: u32,
    mark: &Path,
    signal: rustix::process::Signal,
) -> Result<(), rustix::io::Errno> {
    use rustix::process::{PidfdFlags, kill_process, pidfd_open, pidfd_send_signal};
    // The handle is taken before the check, so the number cannot pass to another process in between.
    let handle = match pidfd_open(number, PidfdFlags::empty()) {
        Err(rustix::io::Errno::NOSYS) => None,
        opened => Some(opened?),
    };
    if !is_ours(pid, mark) {
        return Ok(());
    }
    match handle {
        Some(handle) => pidfd_send_signal(handle, signal),
        None => kill_process(number, signal),
    }
}

#[cfg(not(target_os = "linux"))]
fn send(
    number: rustix::process::Pid,
    pid: u32,
    mark: &Path,
    signal: rustix::process::Signal,
) -> Result<(), rustix::io::Errno> {
    if is_ours(pid, mark) { rustix::process::kill_process(number, signal) } else { Ok(()) }
}
