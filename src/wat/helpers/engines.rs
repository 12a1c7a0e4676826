//! Multiply-adds of the helpers in engines that round once, in such that round twice, and
//! without relaxed SIMD: all give what the processor's fused instruction gives.

use rv2wat_passes::ir::Op;
use wasmtime::{Config, Engine, Instance, Linker, Module, Store, TypedFunc};

use super::texts;
use crate::Features;
use crate::run::soft;
use crate::wat::Needs;

#[path = "../../../interp/tests/common/random.rs"]
mod random;

use random::Rng;

const CASES: usize = 60_000;

/// A multiply-add with operands and result by their bits.
type MultiplyAdd = TypedFunc<(i64, i64, i64), i64>;

struct Helpers {
    store: Store<()>,
    instance: Instance,
}

impl Helpers {
    fn new(config: &Config, features: Features) -> Helpers {
        let needs = Needs { ops: [Op::RvFmaF32, Op::RvFmaF64].into(), ..Needs::default() };
        let probed = if features.relaxed_simd { "(export \"fused\" (global $rv.fused))" } else { "" };
        let module = format!(
            "(module
               (import \"rv\" \"soft\" (func $rv.soft (param i32 i64 i64 i64 i32) (result i64)))
               {}
               {probed}
               (func (export \"f32\") (param i64 i64 i64) (result i64)
                 (i64.extend_i32_u (i32.reinterpret_f32 (call $rv.fma_f32
                   (f32.reinterpret_i32 (i32.wrap_i64 (local.get 0)))
                   (f32.reinterpret_i32 (i32.wrap_i64 (local.get 1)))
                   (f32.reinterpret_i32 (i32.wrap_i64 (local.get 2)))))))
               (func (export \"f64\") (param i64 i64 i64) (result i64)
                 (i64.reinterpret_f64 (call $rv.fma_f64
                   (f64.reinterpret_i64 (local.get 0))
                   (f64.reinterpret_i64 (local.get 1))
                   (f64.reinterpret_i64 (local.get 2))))))",
            texts(&needs, features).concat()
        );
        let engine = Engine::new(config).expect("an engine");
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("rv", "soft", |op: i32, a: i64, b: i64, c: i64, mode: i32| soft(op, [a, b, c], mode))
            .expect("one import");
        let mut store = Store::new(&engine, ());
        let wasm = wat::parse_str(&module).expect("the helpers assemble");
        let module = Module::new(&engine, wasm).expect("the helpers compile");
        let instance = linker.instantiate(&mut store, &module).expect("nothing runs yet");
        Helpers { store, instance }
    }

    fn function(&mut self, name: &str) -> MultiplyAdd {
        self.instance.get_typed_func(&mut self.store, name).expect("an export")
    }

    /// What the probe found.
    fn fused(&mut self) -> i32 {
        let global = self.instance.get_global(&mut self.store, "fused").expect("an export");
        global.get(&mut self.store).i32().expect("a number")
    }

    /// Whether all kinds of operands give what they should.
    #[track_caller]
    fn check(&mut self) {
        let (single, double) = (self.function("f32"), self.function("f64"));
        let mut random = Rng(11);
        for _ in 0..CASES {
            let bits = doubles(&mut random);
            let [a, b, c] = bits.map(f64::from_bits);
            let found = double.call(&mut self.store, bits.map(u64::cast_signed).into()).expect("no trap");
            let (found, wanted) = (f64::from_bits(found.cast_unsigned()), a.mul_add(b, c));
            let alike = found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan();
            assert!(alike, "{a:e} * {b:e} + {c:e} is {wanted:e}, not {found:e}");

            let bits = singles(&mut random);
            let [a, b, c] = bits.map(f32::from_bits);
            let found = single.call(&mut self.store, bits.map(i64::from).into()).expect("no trap");
            let (found, wanted) = (f32::from_bits(found as u32), a.mul_add(b, c));
            let alike = found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan();
            assert!(alike, "{a:e} * {b:e} + {c:e} is {wanted:e}, not {found:e}");
        }
    }
}

/// Operands: any bits, a sum that cancels, a small product, a halfway case.
fn doubles(random: &mut Rng) -> [u64; 3] {
    let mut of =
        |exponent: u64, range: u64| random.next() & !(0x7ff << 52) | (exponent + random.below(range)) << 52;
    let (a, b, c) = (of(1020, 6), of(1020, 6), of(1023, 40));
    let (small, tiny, least) = (of(463, 60), of(463, 60), of(0, 60));
    let product = (-f64::from_bits(a) * f64::from_bits(b)).to_bits();
    let half = ((c >> 52 & 0x7ff) - 53) << 52;
    match random.below(4) {
        0 => [random.next(), random.next(), random.next()],
        1 => [a, b, product.wrapping_add(random.below(5)).wrapping_sub(2)],
        2 => [small, tiny, least],
        _ => [half | random.below(2), random.pick(&[1.0_f64, -1.0]).to_bits(), c],
    }
}

/// The same of singles.
fn singles(random: &mut Rng) -> [u32; 3] {
    let mut of = |exponent: u32, range: u64| {
        random.next() as u32 & !(0xff << 23) | (exponent + random.below(range) as u32) << 23
    };
    let (a, b, c) = (of(124, 6), of(124, 6), of(127, 40));
    let (small, tiny, least) = (of(47, 20), of(47, 20), of(0, 20));
    let product = (-f32::from_bits(a) * f32::from_bits(b)).to_bits();
    let half = ((c >> 23 & 0xff) - 24) << 23;
    match random.below(4) {
        0 => [random.next() as u32, random.next() as u32, random.next() as u32],
        1 => [a, b, product.wrapping_add(random.below(5) as u32).wrapping_sub(2)],
        2 => [small, tiny, least],
        _ => [half | random.below(2) as u32, random.pick(&[1.0_f32, -1.0]).to_bits(), c],
    }
}

#[test]
fn an_engine_that_rounds_once_is_found_out_and_used() {
    let mut config = Config::new();
    config.relaxed_simd_deterministic(true);
    let mut helpers = Helpers::new(&config, Features::default());
    assert_eq!(helpers.fused(), 0);
    helpers.check();
    assert_eq!(helpers.fused(), 1);
}

#[cfg(target_arch = "x86_64")]
#[test]
#[expect(unsafe_code, reason = "only so can an instruction of the processor be left alone")]
fn an_engine_that_rounds_twice_is_found_out_and_left_alone() {
    let mut config = Config::new();
    // SAFETY: the code uses less of the processor than it might.
    unsafe {
        config.cranelift_flag_set("has_fma", "false");
    }
    let mut helpers = Helpers::new(&config, Features::default());
    helpers.check();
    assert_eq!(helpers.fused(), 2);
}

#[test]
fn no_relaxed_instruction_is_needed() {
    let mut config = Config::new();
    config.wasm_relaxed_simd(false);
    Helpers::new(&config, Features::NONE).check();
}
