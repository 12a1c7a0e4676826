//! What the root file system holds before the program starts: `/dev`, `/proc`,
//! `/tmp`, a minimal `/etc`.

use super::Vfs;
use super::tree::{Body, Device, Ino, Making, ProcFile, ROOT};
use crate::errno::Errno;
use crate::process::Config;
use std::collections::BTreeMap;

/// Fills an empty tree.
pub(crate) fn populate(vfs: &mut Vfs, config: &Config, now: i64) -> Result<(), Errno> {
    for (path, mode) in [
        ("/bin", 0o755),
        ("/dev/pts", 0o755),
        ("/dev/shm", 0o1777),
        ("/etc", 0o755),
        ("/home", 0o755),
        ("/proc/sys/kernel", 0o555),
        ("/proc/sys/vm", 0o555),
        ("/root", 0o700),
        ("/run", 0o755),
        ("/tmp", 0o1777),
        ("/usr/bin", 0o755),
        ("/var/tmp", 0o1777),
    ] {
        let dir = make_dirs(vfs, path.as_bytes(), now)?;
        vfs.tree.node_mut(dir)?.mode = mode;
    }
    let dev = make_dirs(vfs, b"/dev", now)?;
    for (name, device) in [
        ("null", Device::Null),
        ("zero", Device::Zero),
        ("full", Device::Full),
        ("random", Device::Random),
        ("urandom", Device::Random),
        ("tty", Device::Tty),
        ("console", Device::Tty),
    ] {
        add(vfs, dev, name, Body::Device(device), 0o666, now)?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        add(vfs, dev, name, Body::Symlink(target.into()), 0o777, now)?;
    }
    populate_proc(vfs, config, now)?;
    let (uid, gid) = (config.uid, config.gid);
    let user = if uid == 0 { String::new() } else { format!("user:x:{uid}:{gid}:user:/home:/bin/sh\n") };
    let group = if gid == 0 { String::new() } else { format!("user:x:{gid}:\n") };
    let host = String::from_utf8_lossy(&config.hostname).into_owned();
    for (name, text) in [
        (
            "passwd",
            format!("root:x:0:0:root:/root:/bin/sh\n{user}nobody:x:65534:65534:nobody:/:/bin/false\n"),
        ),
        ("group", format!("root:x:0:\n{group}nogroup:x:65534:\n")),
        ("hostname", format!("{host}\n")),
        ("hosts", format!("127.0.0.1 localhost\n127.0.1.1 {host}\n")),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n".to_string()),
    ] {
        let etc = make_dirs(vfs, b"/etc", now)?;
        add(vfs, etc, name, Body::File(text.into_bytes()), 0o644, now)?;
    }
    Ok(())
}

fn populate_proc(vfs: &mut Vfs, config: &Config, now: i64) -> Result<(), Errno> {
    let proc = make_dirs(vfs, b"/proc", now)?;
    for (name, file) in [
        ("cpuinfo", ProcFile::Cpuinfo),
        ("filesystems", ProcFile::Filesystems),
        ("loadavg", ProcFile::Loadavg),
        ("meminfo", ProcFile::Meminfo),
        ("stat", ProcFile::Stat),
        ("uptime", ProcFile::Uptime),
        ("version", ProcFile::Version),
    ] {
        add(vfs, proc, name, Body::Proc(file), 0o444, now)?;
    }
    let pid = config.pid.to_string();
    add(vfs, proc, "self", Body::Symlink(pid.clone().into()), 0o777, now)?;
    add(vfs, proc, "mounts", Body::Symlink("self/mounts".into()), 0o777, now)?;
    let own = make_dirs(vfs, format!("/proc/{pid}").as_bytes(), now)?;
    for (name, file) in [
        ("auxv", ProcFile::Auxv),
        ("cmdline", ProcFile::Cmdline),
        ("comm", ProcFile::Comm),
        ("environ", ProcFile::Environ),
        ("limits", ProcFile::Limits),
        ("maps", ProcFile::Maps),
        ("mounts", ProcFile::Mounts),
        ("oom_score_adj", ProcFile::OomScoreAdj),
        ("stat", ProcFile::PidStat),
        ("statm", ProcFile::Statm),
        ("status", ProcFile::Status),
    ] {
        add(vfs, own, name, Body::Proc(file), 0o444, now)?;
    }
    add(vfs, own, "exe", Body::Symlink(config.exe.clone()), 0o777, now)?;
    add(vfs, own, "root", Body::Symlink("/".into()), 0o777, now)?;
    add(vfs, own, "cwd", Body::CwdLink, 0o777, now)?;
    add(vfs, own, "fd", Body::FdDir, 0o500, now)?;
    let kernel = make_dirs(vfs, b"/proc/sys/kernel", now)?;
    for (name, file) in [
        ("hostname", ProcFile::Hostname),
        ("osrelease", ProcFile::OsRelease),
        ("ostype", ProcFile::OsType),
        ("pid_max", ProcFile::PidMax),
        ("version", ProcFile::OsVersion),
    ] {
        add(vfs, kernel, name, Body::Proc(file), 0o444, now)?;
    }
    let vm = make_dirs(vfs, b"/proc/sys/vm", now)?;
    add(vfs, vm, "overcommit_memory", Body::Proc(ProcFile::Overcommit), 0o444, now)?;
    Ok(())
}

fn add(vfs: &mut Vfs, dir: Ino, name: &str, body: Body, mode: u32, now: i64) -> Result<(), Errno> {
    let making = Making { mode, now, ..Making::default() };
    vfs.tree.add(dir, name.as_bytes(), body, making).map(|_| ())
}

/// The directory at an absolute path of the tree; makes what is missing.
pub(crate) fn make_dirs(vfs: &mut Vfs, path: &[u8], now: i64) -> Result<Ino, Errno> {
    let mut at = ROOT;
    for name in path.split(|&byte| byte == b'/').filter(|name| !name.is_empty()) {
        if name.len() > super::NAME_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        if name == b"." || name == b".." {
            return Err(Errno::EINVAL);
        }
        at = match vfs.tree.lookup(at, name) {
            Ok(ino) => ino,
            Err(Errno::ENOENT) => {
                let body = Body::Dir { entries: BTreeMap::new(), parent: at };
                vfs.tree.add(at, name, body, Making { mode: 0o755, now, ..Making::default() })?
            }
            Err(errno) => return Err(errno),
        };
    }
    vfs.tree.entries(at)?;
    Ok(at)
}
