//! The text of the files under `/proc`, in the layouts of proc(5).

use super::tree::ProcFile;
use crate::guest::{GuestMemory, PAGE};
use crate::info::{LIMIT_NAMES, UNLIMITED, VERSION};
use crate::kernel::{Call, Kernel};
use crate::space::{Backing, PROT_EXEC, PROT_READ, PROT_WRITE};
use std::fmt::Write;

impl Kernel {
    /// Makes the content of a file.
    pub(crate) fn proc_text(&self, c: &mut Call<'_>, file: ProcFile) -> Vec<u8> {
        let uptime = self.uptime(c);
        match file {
            ProcFile::Auxv => self.space.auxv.clone(),
            ProcFile::Cmdline => range(c.mem, self.space.args),
            ProcFile::Comm => [&self.comm[..], b"\n"].concat(),
            ProcFile::Cpuinfo => "processor\t: 0\nhart\t\t: 0\nisa\t\t: \
                rv64imafdc_zicbom_zicboz_zicond_zicsr_zifencei_zba_zbb_zbs\nmmu\t\t: sv39\n\n"
                .into(),
            ProcFile::Environ => range(c.mem, self.space.env),
            ProcFile::Filesystems => "nodev\tproc\nnodev\ttmpfs\n".into(),
            ProcFile::Hostname => [&self.hostname[..], b"\n"].concat(),
            ProcFile::Limits => self.limits_text(),
            ProcFile::Loadavg => format!("0.00 0.00 0.00 1/1 {}\n", self.ids.pid).into(),
            ProcFile::Maps => self.maps_text(),
            ProcFile::Meminfo => self.meminfo_text(),
            ProcFile::Mounts => self.mounts_text(),
            ProcFile::OomScoreAdj | ProcFile::Overcommit => "0\n".into(),
            ProcFile::OsRelease => format!("{}\n", VERSION.release).into(),
            ProcFile::OsType => format!("{}\n", VERSION.system).into(),
            ProcFile::OsVersion => format!("{}\n", VERSION.version).into(),
            ProcFile::PidMax => "32768\n".into(),
            ProcFile::PidStat => self.pid_stat_text(c),
            ProcFile::Stat => {
                let ticks = uptime / 10_000_000;
                format!(
                    "cpu  {ticks} 0 0 0 0 0 0 0 0 0\ncpu0 {ticks} 0 0 0 0 0 0 0 0 0\nintr 0\nctxt 0\n\
                         btime {}\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n",
                    self.boot_time / 1_000_000_000
                )
                .into()
            }
            ProcFile::Statm => {
                let pages = self.mapped_bytes() / PAGE;
                format!("{pages} {pages} 0 0 0 {pages} 0\n").into()
            }
            ProcFile::Status => self.status_text(),
            ProcFile::Uptime => {
                let (seconds, hundredths) = (uptime / 1_000_000_000, uptime / 10_000_000 % 100);
                format!("{seconds}.{hundredths:02} 0.00\n").into()
            }
            ProcFile::Version => {
                format!("{} version {} {}\n", VERSION.system, VERSION.release, VERSION.version).into()
            }
        }
    }

    fn mapped_bytes(&self) -> u64 {
        self.space.regions().map(|(start, region)| region.end - start).sum()
    }

    fn maps_text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for (start, region) in self.space.regions() {
            let bit = |mask: u8, letter: char| if region.prot & mask != 0 { letter } else { '-' };
            let (r, w, x) = (bit(PROT_READ, 'r'), bit(PROT_WRITE, 'w'), bit(PROT_EXEC, 'x'));
            let shared = if region.shared { 's' } else { 'p' };
            let (offset, inode, name) = match &region.backing {
                Backing::Anonymous => (0, 0, &b""[..]),
                Backing::Heap => (0, 0, &b"[heap]"[..]),
                Backing::Stack => (0, 0, &b"[stack]"[..]),
                Backing::Vdso => (0, 0, &b"[vdso]"[..]),
                Backing::File { name, offset, inode, .. } => (*offset, *inode, &name[..]),
            };
            let dev = if inode == 0 { "00:00" } else { "00:01" };
            let end = region.end;
            let head = format!("{start:08x}-{end:08x} {r}{w}{x}{shared} {offset:08x} {dev} {inode} ");
            text.extend_from_slice(head.as_bytes());
            if !name.is_empty() {
                // Names start in the 74th column.
                text.resize(text.len() + 73usize.saturating_sub(head.len()), b' ');
                text.extend_from_slice(name);
            }
            text.push(b'\n');
        }
        text
    }

    fn meminfo_text(&self) -> Vec<u8> {
        let total = self.space.limit / 1024;
        let free = total.saturating_sub(self.mapped_bytes() / 1024);
        format!(
            "MemTotal:       {total:8} kB\nMemFree:        {free:8} kB\nMemAvailable:   {free:8} kB\n\
             Buffers:               0 kB\nCached:                0 kB\nSwapTotal:             0 kB\n\
             SwapFree:              0 kB\nShmem:          {:8} kB\n",
            self.vfs.tree.used / 1024
        )
        .into()
    }

    fn mounts_text(&self) -> Vec<u8> {
        let mut text = b"root / tmpfs rw,noatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec 0 0\n".to_vec();
        for mount in &self.vfs.mounts {
            let node = super::Node::HostDir(mount.root.clone());
            let path = self.vfs.path_of(&node).unwrap_or_default();
            text.extend_from_slice(b"host ");
            for &byte in &path {
                match byte {
                    b' ' | b'\t' | b'\n' | b'\\' => text.extend(format!("\\{byte:03o}").bytes()),
                    _ => text.push(byte),
                }
            }
            let mode = if mount.read_only { "ro" } else { "rw" };
            text.extend(format!(" hostdir {mode},noatime 0 0\n").bytes());
        }
        text
    }

    fn limits_text(&self) -> Vec<u8> {
        let mut text =
            "Limit                     Soft Limit           Hard Limit           Units     \n".to_string();
        let show = |value: u64| if value == UNLIMITED { "unlimited".into() } else { value.to_string() };
        for (&(name, unit), &(soft, hard)) in LIMIT_NAMES.iter().zip(&self.limits) {
            let (soft, hard) = (show(soft), show(hard));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<25} {soft:<20} {hard:<20} {unit:<10}");
        }
        text.into()
    }

    fn pid_stat_text(&self, c: &mut Call<'_>) -> Vec<u8> {
        let ids = &self.ids;
        let comm = String::from_utf8_lossy(&self.comm);
        let ticks = self.cpu_time(c) / 10_000_000;
        let space = &self.space;
        let (size, pages) = (self.mapped_bytes(), self.mapped_bytes() / PAGE);
        let (tty, group) = if c.host.input_is_terminal() { (0x0500, ids.pgid as i64) } else { (0, -1) };
        format!(
            "{} ({comm}) R {} {} {} {tty} {group} 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 0 {size} {pages} {} 0 0 {} 0 0 \
             0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 {} {} {} {} {} 0\n",
            ids.pid,
            ids.ppid,
            ids.pgid,
            ids.sid,
            UNLIMITED,
            space.stack_pointer,
            space.brk_start,
            space.args.0,
            space.args.1,
            space.env.0,
            space.env.1,
        )
        .into()
    }

    fn status_text(&self) -> Vec<u8> {
        let ids = &self.ids;
        let comm = String::from_utf8_lossy(&self.comm);
        let kib = self.mapped_bytes() / 1024;
        let groups: Vec<String> = ids.groups.iter().map(u32::to_string).collect();
        let signals = &self.signals;
        format!(
            "Name:\t{comm}\nUmask:\t{:04o}\nState:\tR (running)\nTgid:\t{pid}\nPid:\t{pid}\nPPid:\t{}\nTracerPid:\t0\n\
             Uid:\t{}\t{}\t{}\t{}\nGid:\t{}\t{}\t{}\t{}\nFDSize:\t64\nGroups:\t{}\nVmPeak:\t{kib:8} kB\n\
             VmSize:\t{kib:8} kB\nVmRSS:\t{kib:8} kB\nThreads:\t1\nSigPnd:\t{:016x}\nShdPnd:\t0000000000000000\n\
             SigBlk:\t{:016x}\nSigIgn:\t{:016x}\nSigCgt:\t{:016x}\nSeccomp:\t0\nCpus_allowed:\t1\n\
             Cpus_allowed_list:\t0\n",
            self.umask,
            ids.ppid,
            ids.uid,
            ids.euid,
            ids.suid,
            ids.euid,
            ids.gid,
            ids.egid,
            ids.sgid,
            ids.egid,
            groups.join(" "),
            signals.pending_set(),
            signals.mask,
            signals.ignored_set(),
            signals.caught_set(),
            pid = ids.pid,
        )
        .into()
    }
}

/// Bytes of guest memory; what cannot be read is left out.
fn range(mem: &dyn GuestMemory, (start, end): (u64, u64)) -> Vec<u8> {
    mem.read_vec(start, end.saturating_sub(start)).unwrap_or_default()
}
