//! Every instruction against qemu: `guest/ops.S` executes single instructions
//! on operands that it reads, and runs both under qemu and in the interpreter.
//!
//! Where `qemu-riscv64` or the cross compiler is missing, there is nothing to
//! compare with and the test says so.

mod common;

use common::{Rng, load_guest, run_guest};
use rv2wat_interp::Memory;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TABLE: u64 = 0x10000;
const REPLY: usize = 32;

/// Builds a guest of `tests/guest`; `None` if there is no cross compiler.
fn build(source: &str, flags: &[&str]) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest").join(source);
    let elf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(source.file_stem()?).with_extension("elf");
    let output = Command::new("riscv64-linux-gnu-gcc")
        .args(["-nostdlib", "-static", "-Wl,--build-id=none"])
        .args(flags)
        .arg("-o")
        .args([&elf, &source])
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cannot build the guest: {said}");
    Some(elf)
}

/// What a guest writes and its exit status under qemu; `None` without qemu.
fn qemu(elf: &Path, input: &[u8]) -> Option<(Vec<u8>, i32)> {
    let mut child =
        Command::new("qemu-riscv64").arg(elf).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut stdin = child.stdin.take()?;
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).expect("qemu reads its input"));
        let output = child.wait_with_output().expect("qemu ends");
        Some((output.stdout, output.status.code().unwrap_or(-1)))
    })
}

/// The encodings in the table of the guest, row by row.
fn rows(elf: &[u8]) -> Vec<String> {
    let (_, mut memory) = load_guest(elf).expect("a static ELF");
    let mut rows = Vec::new();
    loop {
        let at = TABLE + 16 * rows.len() as u64;
        match memory.fetch(at).expect("the table ends with zeros") {
            0 => return rows,
            word => {
                let decoded = rv2wat_isa::decode(word).expect("an instruction");
                rows.push(format!("{:?}", decoded.inst));
            }
        }
    }
}

/// Operand values: integers, doubles, boxed singles, and singles badly boxed.
fn operands(rng: &mut Rng) -> [u64; 3] {
    match rng.below(4) {
        0 => rng.integers(),
        1 => rng.floats(true),
        2 => rng.floats(false).map(|bits| bits | 0xffff_ffff_0000_0000),
        _ => {
            let singles = rng.floats(false);
            singles.map(|bits| match rng.below(4) {
                0 => bits | rng.next() << 32,
                _ => bits | 0xffff_ffff_0000_0000,
            })
        }
    }
}

#[test]
fn every_row_does_what_it_does_under_qemu() {
    let flags = ["-march=rv64gc_zba_zbb_zbs", "-Wl,-Ttext=0x10000"];
    let Some(elf) = build("ops.S", &flags) else {
        eprintln!("skipped: no riscv64-linux-gnu-gcc");
        return;
    };
    let bytes = std::fs::read(&elf).expect("the guest just built");
    let rows = rows(&bytes);
    assert!(rows.len() > 350, "only {} rows", rows.len());

    let mut rng = Rng(1);
    let mut requests: Vec<[u64; 5]> = Vec::new();
    for round in 0..600 {
        for row in 0..rows.len() as u64 {
            let [a, b, c] = operands(&mut rng);
            requests.push([row, round % 5, a, b, c]);
        }
    }
    let input: Vec<u8> = requests.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
    let Some((expected, status)) = qemu(&elf, &input) else {
        eprintln!("skipped: no qemu-riscv64");
        return;
    };
    assert_eq!(status, 0, "qemu refused the guest");
    assert_eq!(expected.len(), REPLY * requests.len());
    let (found, status) = run_guest(&bytes, &input).expect("the guest runs to its end");
    assert_eq!(status, 0);

    let mut wrong = Vec::new();
    let replies = expected.chunks(REPLY).zip(found.chunks(REPLY));
    for (request, (expected, found)) in requests.iter().zip(replies) {
        let row = &rows[request[0] as usize];
        // qemu before 8.0 counts on into the upper half when the word is zero.
        let qemu_errs = row.starts_with("Ctzw") && request[2] as u32 == 0 && request[2] != 0;
        if expected != found && !qemu_errs {
            let words = |reply: &[u8]| -> Vec<String> {
                let doublewords = reply.chunks(8).map(|b| u64::from_le_bytes(b.try_into().unwrap()));
                doublewords.map(|v| format!("{v:x}")).collect()
            };
            wrong.push(format!(
                "{} frm {} of {:x?}: qemu {:?}, here {:?}",
                row,
                request[1],
                &request[2..],
                words(expected),
                words(found),
            ));
        }
    }
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} differ (a0, fa0, fflags, memory):\n{shown}", wrong.len());
}
