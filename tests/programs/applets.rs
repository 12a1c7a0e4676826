//! What Debian's static programs are asked to do: busybox applet by applet, and
//! a few others. The files that they work on are generated here.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::harness::{Case, cache};

/// A case of one applet: name, arguments separated by `¦`, standard input.
type Row = (&'static str, &'static str, &'static str);

/// Applets that call setjmp, whose callers' callers come back in the middle.
const SIDEWAYS: &[&str] =
    &["test", "test-false", "usage", "find-delete", "gunzip", "gunzip-stdout", "bunzip2"];

/// Applets on text: `T` is a text, `W` words, `N` numbers, `C` a table, `B` bytes.
const TEXT: &[Row] = &[
    ("cat", "cat¦-n¦@dir@/T", ""),
    ("cat-visible", "cat¦-A¦@dir@/B", ""),
    ("tac", "tac¦@dir@/T", ""),
    ("rev", "rev¦@dir@/T", ""),
    ("head", "head¦-n¦7¦@dir@/T", ""),
    ("head-bytes", "head¦-c¦100¦@dir@/B", ""),
    ("tail", "tail¦-n¦+30¦@dir@/T", ""),
    ("tail-bytes", "tail¦-c¦50¦@dir@/T", ""),
    ("wc", "wc¦@dir@/T¦@dir@/W¦@dir@/B", ""),
    ("sort", "sort¦@dir@/W", ""),
    ("sort-unique", "sort¦-u¦-r¦@dir@/W", ""),
    ("sort-numeric", "sort¦-n¦@dir@/N", ""),
    ("sort-keys", "sort¦-t¦,¦-k2,2n¦-k1,1r¦@dir@/C", ""),
    ("sort-stdin", "sort¦-f", "banana\nApple\ncherry\napple\n"),
    ("uniq", "uniq¦-c", "a\na\nb\nc\nc\nc\n"),
    ("cut", "cut¦-d¦,¦-f¦1,3¦@dir@/C", ""),
    ("cut-characters", "cut¦-c¦2-5,9-¦@dir@/T", ""),
    ("tr", "tr¦a-z¦A-Z", "The tide comes in.\n"),
    ("tr-squeeze", "tr¦-cs¦[:alnum:]¦\n", "one, two;  three... four\n"),
    ("tr-delete", "tr¦-d¦aeiou", "consonants remain\n"),
    ("grep", "grep¦-n¦tide¦@dir@/T", ""),
    ("grep-extended", "grep¦-E¦-o¦(wa|ti)[a-z]+¦@dir@/T", ""),
    ("grep-missing", "grep¦-q¦zzzzzz¦@dir@/T", ""),
    ("grep-recursive", "grep¦-r¦-l¦needle¦@dir@/sub", ""),
    ("grep-backreference", r"grep¦-i¦\(.\)\1¦@dir@/W", ""),
    ("sed", "sed¦s/tide/TIDE/g;3d;$a the end¦@dir@/T", ""),
    ("sed-hold", "sed¦-n¦1!G;h;$p¦@dir@/W", ""),
    ("sed-groups", r"sed¦-E¦s/([a-z]+) ([a-z]+)/\2 \1/¦@dir@/T", ""),
    ("sed-in-place", "sed¦-i¦/a/s//A/¦@dir@/W", ""),
    ("sed-branches", "sed¦:a;s/^\\(x*\\)y/\\1x/;ta¦-", "yyyyz\nxyxy\n"),
    (
        "awk-fields",
        "awk¦-F,¦{ s += $2; n[$3]++ } END { print s, length(n); printf \"%.3f\\n\", s / NR }¦@dir@/C",
        "",
    ),
    (
        "awk-words",
        "awk¦{ for (i = 1; i <= NF; i++) c[$i]++ } END { for (w in c) t += c[w] * length(w); print t }¦@dir@/T",
        "",
    ),
    (
        "awk-functions",
        "awk¦function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } BEGIN { for (i = 0; i < 16; i++) printf \"%d \", f(i); print substr(\"tidewater\", 3, 4), index(\"abc\", \"c\"), toupper(\"x\"), sprintf(\"%05.1f|%-5s|%x\", 3.14159, \"ab\", 255) }",
        "",
    ),
    (
        "awk-regex",
        "awk¦{ gsub(/[aeiou]/, \"<&>\"); if (match($0, /t<i>d[a-z<>]*/)) print NR, RSTART, RLENGTH, $0 }¦@dir@/T",
        "",
    ),
    (
        "awk-split",
        "awk¦{ n = split($0, p, /[ ,]+/); for (i = n; i; i--) printf \"%s%s\", p[i], (i > 1 ? \"_\" : \"\\n\") }¦@dir@/C",
        "",
    ),
    (
        "awk-maths",
        "awk¦BEGIN { print sin(1), cos(1), atan2(1, 2), exp(1), log(10), sqrt(2), int(-3.7), 2 ^ 0.5, 17 % 5, 1e6, 0.1 + 0.2, 1 / 3 }",
        "",
    ),
    ("nl", "nl¦-b¦a¦@dir@/T", ""),
    ("fold", "fold¦-s¦-w¦20¦@dir@/T", ""),
    ("paste", "paste¦-d¦:¦@dir@/W¦@dir@/N", ""),
    ("expand", "expand¦-t¦4", "a\tb\n\tc\n"),
    ("unexpand", "unexpand¦-a¦-t¦4", "a   b       c\n        d\n"),
    ("strings", "strings¦-n¦5¦@dir@/B", ""),
    ("diff", "diff¦-u¦-L¦a¦-L¦b¦@dir@/T¦@dir@/T2", ""),
    ("diff-recursive", "diff¦-r¦-q¦@dir@/sub¦@dir@/T", ""),
    ("cmp", "cmp¦@dir@/T¦@dir@/T2", ""),
    ("patch", "patch¦@dir@/T¦@dir@/P", ""),
    ("ed", "ed¦@dir@/W", "2,4d\n1a\ninserted\n.\n,s/e/E/g\n$p\nw\nq\n"),
    ("dos2unix", "dos2unix", "one\r\ntwo\r\n"),
    ("tee", "tee¦@dir@/copy", "to both\n"),
    ("less", "less¦@dir@/T", ""),
    ("xxd", "xxd¦@dir@/B", ""),
    ("xxd-back", "xxd¦-r¦-p", "48656c6c6f0a"),
    ("od", "od¦-A¦x¦-t¦x2¦-t¦c¦@dir@/B", ""),
    ("hexdump", "hexdump¦-C¦@dir@/B", ""),
    ("base64", "base64¦@dir@/B", ""),
    ("base64-decode", "base64¦-d", "VGhlIHRpZGUgY29tZXMgaW4uCg==\n"),
    ("uuencode", "uuencode¦name", "encode me, please\n"),
    ("ascii", "ascii", ""),
];

/// Applets that calculate or look at their arguments alone.
const ARGUMENTS: &[Row] = &[
    (
        "bc",
        "bc¦-l",
        "scale=20\n4*a(1)\ne(1)\nsqrt(2)\n2^100\ndefine f(n) { if (n < 2) return (1); return (n * f(n - 1)); }\nf(30)\nobase=16\n255*256\n",
    ),
    ("bc-division", "bc", "scale=50\n1/7\n123456789^20 % 1000007\n"),
    ("dc", "dc", "10 k 2 v p 16 o 255 p [la 1 + d sa 5 >b] sb 0 sa lb x la p\n"),
    ("expr", "expr¦(¦17¦+¦3¦)¦*¦4¦/¦7", ""),
    ("expr-match", r"expr¦tidewater¦:¦tide\(.*\)", ""),
    ("seq", "seq¦-w¦1¦3¦30", ""),
    ("seq-fractions", "seq¦-s¦,¦0¦0.25¦2", ""),
    ("factor", "factor¦360360¦1000000007¦18446744073709551557¦1234567891011", ""),
    ("cal", "cal¦2¦2024", ""),
    ("cal-year", "cal¦1752", ""),
    ("date", "date¦-u¦-d¦@1709210096¦+%Y-%m-%d %H:%M:%S %a %j %s", ""),
    ("date-parse", "date¦-u¦-d¦2024-02-29 12:34:56¦+%s %u %W", ""),
    ("printf", r"printf¦%s¦%5d¦%x¦%.3f¦%b\n¦text¦42¦255¦3.14159¦a\tb", ""),
    ("echo", r"echo¦-e¦a\tb\x41\0102", ""),
    ("basename", "basename¦/usr/lib/libm.so¦.so", ""),
    ("dirname", "dirname¦/usr/lib/libm.so", ""),
    ("test", "test¦-d¦@dir@/sub¦-a¦5¦-gt¦3", ""),
    ("test-false", "[¦-f¦@dir@/sub¦]", ""),
    ("true", "true", ""),
    ("false", "false", ""),
    ("getopt", "getopt¦-o¦ab:c¦-l¦long:,flag¦--¦-a¦-b¦value¦--flag¦rest¦-c", ""),
    ("ipcalc", "ipcalc¦-n¦-b¦-m¦192.168.77.5/22", ""),
    ("env", "env¦-i¦A=1¦B=two words", ""),
    ("sleep", "sleep¦0.01", ""),
    ("mkpasswd", "mkpasswd¦-m¦sha512¦-S¦saltsalt¦password", ""),
    ("mkpasswd-md5", "mkpasswd¦-m¦md5¦-S¦saltsalt¦password", ""),
    ("crc32", "crc32¦@dir@/B¦@dir@/T", ""),
    ("md5sum", "md5sum¦@dir@/T¦@dir@/B", ""),
    ("sha1sum", "sha1sum¦@dir@/L", ""),
    ("sha256sum", "sha256sum¦@dir@/L¦@dir@/T", ""),
    ("sha512sum", "sha512sum¦@dir@/L", ""),
    ("sha3sum", "sha3sum¦@dir@/L", ""),
    ("usage", "sort¦--no-such-option", ""),
    ("unknown", "no-such-applet", ""),
    ("list", "--list", ""),
];

/// Applets that make, move and pack files; what they leave is compared.
const FILES: &[Row] = &[
    ("ls", "ls¦-1¦-R¦-p¦@dir@", ""),
    ("ls-columns", "ls¦-C¦-a¦-w¦60¦@dir@", ""),
    // Directories are listed in no order that could be compared: one match each.
    ("find", "find¦@dir@¦-name¦c*.txt¦-type¦f", ""),
    ("find-expressions", "find¦@dir@¦-size¦-1¦-o¦-path¦*sub/b*¦-print", ""),
    ("find-delete", "find¦@dir@/sub¦-name¦a*¦-delete", ""),
    ("stat", "stat¦-c¦%s %F %A¦@dir@/T", ""),
    ("du", "du¦-a¦-b¦@dir@/sub/deep", ""),
    ("mkdir", "mkdir¦-p¦@dir@/new/er/est", ""),
    ("cp", "cp¦-r¦@dir@/sub¦@dir@/copy", ""),
    ("mv", "mv¦@dir@/sub¦@dir@/moved", ""),
    ("rm", "rm¦-r¦@dir@/sub", ""),
    ("rm-missing", "rm¦@dir@/missing", ""),
    ("ln", "ln¦-s¦T¦@dir@/link", ""),
    ("readlink", "realpath¦@dir@/sub/../T", ""),
    ("touch", "touch¦@dir@/touched", ""),
    ("truncate", "truncate¦-s¦10¦@dir@/T", ""),
    ("dd", "dd¦if=@dir@/B¦of=@dir@/D¦bs=7¦count=9¦skip=2¦seek=1¦conv=notrunc", ""),
    ("chmod", "chmod¦600¦@dir@/T", ""),
    ("install", "install¦-m¦755¦@dir@/T¦@dir@/installed", ""),
    ("unlink", "unlink¦@dir@/T", ""),
    ("rmdir", "rmdir¦@dir@/sub", ""),
    ("tar-list", "tar¦tf¦@dir@/archive.tar", ""),
    ("tar-extract", "tar¦xf¦@dir@/archive.tar¦-C¦@dir@/sub", ""),
    ("tar-pipe", "tar¦cf¦-¦-C¦@dir@/none¦.", ""),
    ("gzip", "gzip¦-n¦-k¦@dir@/L", ""),
    ("gunzip", "gunzip¦@dir@/L2.gz", ""),
    ("gunzip-stdout", "gunzip¦-c¦@dir@/L2.gz", ""),
    ("bzip2", "bzip2¦-k¦@dir@/L", ""),
    ("bunzip2", "bunzip2¦@dir@/L2.bz2", ""),
    ("unxz", "xzcat¦@dir@/L2.xz", ""),
    ("cpio", "cpio¦-t¦-F¦@dir@/archive.cpio", ""),
    ("ar", "ar¦-t¦@dir@/archive.a", ""),
    ("run-parts", "run-parts¦--test¦@dir@/sub", ""),
];

/// Every applet as a case.
pub fn busybox() -> Vec<Case> {
    let program = cache().join("riscv-root/usr/bin/busybox");
    let mut files = inputs();
    files.extend(archives(&program));
    let rows = TEXT.iter().chain(ARGUMENTS).chain(FILES);
    rows.map(|&(name, args, stdin)| Case {
        name: format!("busybox {name}"),
        program: program.clone(),
        args: args.split('¦').map(str::to_owned).collect(),
        stdin: stdin.into(),
        files: files.clone(),
        compare_files: true,
        sideways: SIDEWAYS.contains(&name).then(|| "frames around setjmp come back in the middle".to_owned()),
        ..Case::default()
    })
    .collect()
}

/// Other static programs: a file system checker, signatures, a small shell.
pub fn others() -> Vec<Case> {
    let root = cache().join("riscv-root/usr");
    let case = |name: &str, program: &str, args: &[&str], stdin: &str| Case {
        name: name.into(),
        program: root.join(program),
        args: args.iter().map(|&arg| arg.into()).collect(),
        stdin: stdin.into(),
        files: inputs(),
        ..Case::default()
    };
    let mut cases = vec![
        case("sash", "bin/sash", &[], "-echo one two\n-ls @dir@\ncd /\n-pwd\nexit\n"),
        case("gpgv version", "bin/gpgv-static", &["--version"], ""),
    ];
    if let Some((keys, signed)) = signature() {
        let mut verify =
            case("gpgv", "bin/gpgv-static", &["--keyring", "@dir@/keys.gpg", "@dir@/InRelease"], "");
        verify.files = vec![("keys.gpg".into(), keys), ("InRelease".into(), signed)];
        cases.push(verify);
    }
    let mut check = case("e2fsck", "sbin/e2fsck.static", &["-n", "-f", "@dir@/image"], "");
    check.sideways = Some("frames around setjmp come back in the middle".to_owned());
    check.files = vec![("image".into(), file_system(&root.join("bin/busybox")))];
    cases.push(check);
    cases
}

/// A file that Debian signed, and the keys: what fetching the programs left.
fn signature() -> Option<(Vec<u8>, Vec<u8>)> {
    let lists = fs::read_dir(cache().join("apt-trixie/lists")).ok()?;
    let signed = lists
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with("InRelease"))?;
    Some((fs::read("/usr/share/keyrings/debian-archive-keyring.gpg").ok()?, fs::read(signed).ok()?))
}

/// An empty ext2 file system, made under the reference emulator.
fn file_system(busybox: &PathBuf) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a directory for the image");
    let image = dir.path().join("image");
    fs::write(&image, vec![0; 1 << 20]).expect("room for the image");
    let made = Command::new("qemu-riscv64")
        .arg(busybox)
        .args(["mke2fs", "-F"])
        .arg(&image)
        .stdout(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "mke2fs under the reference emulator");
    fs::read(&image).expect("the image was just made")
}

/// The files that all applets see.
fn inputs() -> Vec<(String, Vec<u8>)> {
    let sentences = [
        "the tide comes in over the flats",
        "and the water runs along the wall",
        "a boat is waiting for the turn",
        "of tide and wind and evening",
        "while gulls walk on the wet sand",
        "counting what the sea has left",
    ];
    let mut random = Random(42);
    let mut text = String::new();
    for line in 0..40 {
        let _ = writeln!(
            text,
            "{} {}",
            sentences[random.below(6)],
            if line % 7 == 0 { "again, again" } else { "" }
        );
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut list = String::new();
    let (mut numbers, mut table) = (String::new(), String::new());
    for row in 0..60 {
        let _ = writeln!(list, "{}", words[random.below(words.len())]);
        let _ = writeln!(numbers, "{}", random.below(20_000) as i64 - 10_000);
        let _ = writeln!(table, "{},{},{}", words[random.below(words.len())], random.below(50), row % 7);
    }
    let bytes: Vec<u8> =
        (0..600).map(|i| if i % 90 < 30 { b'a' + (i % 26) as u8 } else { random.below(256) as u8 }).collect();
    let large: Vec<u8> = (0..30_000)
        .map(|i| if i % 5 == 0 { random.below(256) as u8 } else { text.as_bytes()[i % text.len()] })
        .collect();
    let changed = text.replacen("boat", "ship", 3).replacen("wet sand", "dry sand", 1);
    let first = text.lines().next().unwrap_or_default();
    let patch = format!("--- T\n+++ T\n@@ -1,1 +1,2 @@\n-{first}\n+a new first line\n+{first}\n");
    [
        ("T", text.clone().into_bytes()),
        ("T2", changed.into_bytes()),
        ("W", list.into_bytes()),
        ("N", numbers.into_bytes()),
        ("C", table.into_bytes()),
        ("B", bytes),
        ("L", large),
        ("P", patch.into_bytes()),
        ("sub/a.txt", b"a haystack\nwith a needle\n".to_vec()),
        ("sub/b.txt", b"only hay\n".to_vec()),
        ("sub/deep/er/c.txt", b"another thing\n".to_vec()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .into()
}

/// Archives to unpack, packed under the reference emulator or written here.
fn archives(busybox: &PathBuf) -> Vec<(String, Vec<u8>)> {
    let large: Vec<u8> =
        inputs().into_iter().find(|(name, _)| name == "L").map(|(_, bytes)| bytes).unwrap_or_default();
    let mut archives = vec![
        ("archive.tar".to_owned(), tar(&[("one.txt", b"first member\n"), ("inner/two.txt", &large[..2000])])),
        ("archive.cpio".to_owned(), cpio(&[("from-cpio", b"packed by hand\n")])),
        (
            "archive.a".to_owned(),
            b"!<arch>\nmember.o/       0           0     0     644     6         `\nbytes\n".to_vec(),
        ),
    ];
    for (applet, name) in [("gzip", "L2.gz"), ("bzip2", "L2.bz2")] {
        archives.push((
            name.to_owned(),
            filtered(Command::new("qemu-riscv64").arg(busybox).args([applet, "-c"]), &large),
        ));
    }
    archives.push(("L2.xz".to_owned(), filtered(Command::new("xz").arg("-c"), &large)));
    archives
}

/// What a command makes of its input.
fn filtered(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the filter starts");
    let mut stdin = child.stdin.take().expect("a pipe was asked for");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the filter ends");
    writer.join().expect("the writer ends").expect("the filter reads everything");
    assert!(output.status.success(), "{command:?}");
    output.stdout
}

/// A ustar archive (POSIX.1-1988) of files that are as old as time.
fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in members {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..116].copy_from_slice(b"0000000\0");
        header[116..124].copy_from_slice(b"0000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        // The sum is taken with its own field blank.
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|&b| u32::from(b)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// A cpio archive of the "newc" form.
fn cpio(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in members.iter().chain(&[("TRAILER!!!", &b""[..])]) {
        let mode = if name.starts_with("TRAILER") { 0 } else { 0o100_644 };
        let fields = [1, mode, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len() + 1, 0];
        archive.extend_from_slice(b"070701");
        for field in fields {
            archive.extend_from_slice(format!("{field:08x}").as_bytes());
        }
        archive.extend_from_slice(name.as_bytes());
        archive.push(0);
        archive.resize(archive.len().next_multiple_of(4), 0);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(4), 0);
    }
    archive
}

/// A small generator (a linear congruence): the same inputs on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}
