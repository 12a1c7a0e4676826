  ;; NaN boxing ("D" 22.2): a single in a double's register has all ones above it.
  (func $rv.box (param $x f32) (result f64)
    (f64.reinterpret_i64
      (i64.or
        (i64.extend_i32_u (i32.reinterpret_f32 (local.get $x)))
        (i64.const 0xffffffff00000000))))

  ;; NaN boxing ("D" 22.2): what is not boxed reads as the canonical NaN.
  (func $rv.unbox (param $x f64) (result f32)
    (local $bits i64)
    (local.set $bits (i64.reinterpret_f64 (local.get $x)))
    (if (i64.ne (i64.shr_u (local.get $bits) (i64.const 32)) (i64.const 0xffffffff))
      (then (return (f32.const nan))))
    (f32.reinterpret_i32 (i32.wrap_i64 (local.get $bits))))

  ;; NaN generation ("F" 21.3): every NaN becomes the canonical one.
  (func $rv.canon_f32 (param $x f32) (result f32)
    (select (local.get $x) (f32.const nan) (f32.ge (local.get $x) (local.get $x))))

  ;; FMIN ("F" 21.6): the number if one operand is a NaN, the canonical NaN if both are; -0 < +0.
  (func $rv.min_f32 (param $a f32) (param $b f32) (result f32)
    (if (f32.ne (local.get $a) (local.get $a))
      (then (return (call $rv.canon_f32 (local.get $b)))))
    (if (f32.ne (local.get $b) (local.get $b)) (then (return (local.get $a))))
    (f32.min (local.get $a) (local.get $b)))

  ;; FMAX ("F" 21.6): the number if one operand is a NaN, the canonical NaN if both are; -0 < +0.
  (func $rv.max_f32 (param $a f32) (param $b f32) (result f32)
    (if (f32.ne (local.get $a) (local.get $a))
      (then (return (call $rv.canon_f32 (local.get $b)))))
    (if (f32.ne (local.get $b) (local.get $b)) (then (return (local.get $a))))
    (f32.max (local.get $a) (local.get $b)))

  ;; RMM ("F" 21.2): to the nearest integer, halfway cases away from zero.
  (func $rv.round_away_f32 (param $x f32) (result f32)
    (local $whole f32)
    (local.set $whole (f32.trunc (local.get $x)))
    (if (f32.ge (f32.abs (f32.sub (local.get $x) (local.get $whole))) (f32.const 0.5))
      (then
        (return (f32.add (local.get $whole) (f32.copysign (f32.const 1) (local.get $x))))))
    (local.get $whole))

  ;; FCLASS ("F" 21.9): one bit of ten. The size counts zero, subnormal, normal, infinite.
  (func $rv.class_f32 (param $x f32) (result i64)
    (local $bits i32) (local $size i32) (local $kind i32)
    (local.set $bits (i32.reinterpret_f32 (local.get $x)))
    (local.set $size (i32.and (local.get $bits) (i32.const 0x7fffffff)))
    (if (f32.ne (local.get $x) (local.get $x))
      (then
        (return
          (select (i64.const 256) (i64.const 512)
            (i32.eqz (i32.and (local.get $bits) (i32.const 0x400000)))))))
    (local.set $kind
      (i32.add
        (i32.ne (local.get $size) (i32.const 0))
        (i32.add
          (i32.ge_u (local.get $size) (i32.const 0x800000))
          (i32.eq (local.get $size) (i32.const 0x7f800000)))))
    (select
      (i64.shr_u (i64.const 8) (i64.extend_i32_u (local.get $kind)))
      (i64.shl (i64.const 16) (i64.extend_i32_u (local.get $kind)))
      (i32.lt_s (local.get $bits) (i32.const 0))))

  ;; NaN generation ("F" 21.3): every NaN becomes the canonical one.
  (func $rv.canon_f64 (param $x f64) (result f64)
    (select (local.get $x) (f64.const nan) (f64.ge (local.get $x) (local.get $x))))

  ;; FMIN ("F" 21.6): the number if one operand is a NaN, the canonical NaN if both are; -0 < +0.
  (func $rv.min_f64 (param $a f64) (param $b f64) (result f64)
    (if (f64.ne (local.get $a) (local.get $a))
      (then (return (call $rv.canon_f64 (local.get $b)))))
    (if (f64.ne (local.get $b) (local.get $b)) (then (return (local.get $a))))
    (f64.min (local.get $a) (local.get $b)))

  ;; FMAX ("F" 21.6): the number if one operand is a NaN, the canonical NaN if both are; -0 < +0.
  (func $rv.max_f64 (param $a f64) (param $b f64) (result f64)
    (if (f64.ne (local.get $a) (local.get $a))
      (then (return (call $rv.canon_f64 (local.get $b)))))
    (if (f64.ne (local.get $b) (local.get $b)) (then (return (local.get $a))))
    (f64.max (local.get $a) (local.get $b)))

  ;; RMM ("F" 21.2): to the nearest integer, halfway cases away from zero.
  (func $rv.round_away_f64 (param $x f64) (result f64)
    (local $whole f64)
    (local.set $whole (f64.trunc (local.get $x)))
    (if (f64.ge (f64.abs (f64.sub (local.get $x) (local.get $whole))) (f64.const 0.5))
      (then
        (return (f64.add (local.get $whole) (f64.copysign (f64.const 1) (local.get $x))))))
    (local.get $whole))

  ;; FCLASS ("F" 21.9): one bit of ten. The size counts zero, subnormal, normal, infinite.
  (func $rv.class_f64 (param $x f64) (result i64)
    (local $bits i64) (local $size i64) (local $kind i32)
    (local.set $bits (i64.reinterpret_f64 (local.get $x)))
    (local.set $size (i64.and (local.get $bits) (i64.const 0x7fffffffffffffff)))
    (if (f64.ne (local.get $x) (local.get $x))
      (then
        (return
          (select (i64.const 256) (i64.const 512)
            (i64.eqz (i64.and (local.get $bits) (i64.const 0x8000000000000)))))))
    (local.set $kind
      (i32.add
        (i64.ne (local.get $size) (i64.const 0))
        (i32.add
          (i64.ge_u (local.get $size) (i64.const 0x10000000000000))
          (i64.eq (local.get $size) (i64.const 0x7ff0000000000000)))))
    (select
      (i64.shr_u (i64.const 8) (i64.extend_i32_u (local.get $kind)))
      (i64.shl (i64.const 16) (i64.extend_i32_u (local.get $kind)))
      (i64.lt_s (local.get $bits) (i64.const 0))))

  ;; FCVT.W.S ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i32_s_f32 (param $x f32) (result i32)
    (if (f32.ne (local.get $x) (local.get $x)) (then (return (i32.const 0x7fffffff))))
    (i32.trunc_sat_f32_s (local.get $x)))

  ;; FCVT.W.D ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i32_s_f64 (param $x f64) (result i32)
    (if (f64.ne (local.get $x) (local.get $x)) (then (return (i32.const 0x7fffffff))))
    (i32.trunc_sat_f64_s (local.get $x)))

  ;; FCVT.WU.S ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i32_u_f32 (param $x f32) (result i32)
    (if (f32.ne (local.get $x) (local.get $x)) (then (return (i32.const -1))))
    (i32.trunc_sat_f32_u (local.get $x)))

  ;; FCVT.WU.D ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i32_u_f64 (param $x f64) (result i32)
    (if (f64.ne (local.get $x) (local.get $x)) (then (return (i32.const -1))))
    (i32.trunc_sat_f64_u (local.get $x)))

  ;; FCVT.L.S ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i64_s_f32 (param $x f32) (result i64)
    (if (f32.ne (local.get $x) (local.get $x)) (then (return (i64.const 0x7fffffffffffffff))))
    (i64.trunc_sat_f32_s (local.get $x)))

  ;; FCVT.L.D ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i64_s_f64 (param $x f64) (result i64)
    (if (f64.ne (local.get $x) (local.get $x)) (then (return (i64.const 0x7fffffffffffffff))))
    (i64.trunc_sat_f64_s (local.get $x)))

  ;; FCVT.LU.S ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i64_u_f32 (param $x f32) (result i64)
    (if (f32.ne (local.get $x) (local.get $x)) (then (return (i64.const -1))))
    (i64.trunc_sat_f32_u (local.get $x)))

  ;; FCVT.LU.D ("F" 21.7): saturates, and a NaN is the greatest integer.
  (func $rv.trunc_i64_u_f64 (param $x f64) (result i64)
    (if (f64.ne (local.get $x) (local.get $x)) (then (return (i64.const -1))))
    (i64.trunc_sat_f64_u (local.get $x)))
