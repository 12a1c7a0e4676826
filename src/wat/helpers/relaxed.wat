  ;; Whether the multiply-add of this engine rounds once: 0 before anybody has asked, then 1 if it
  ;; does and 2 if not. 1 + 2^-52 squared ends in 2^-104, which only such a one keeps; and so do
  ;; singles, with 2^-23 and 2^-46.
  (global $rv.fused (mut i32) (i32.const 0))
  (func $rv.probe_fused
    (global.set $rv.fused
      (select (i32.const 1) (i32.const 2)
        (i32.and
          (f64.eq
            (f64x2.extract_lane 0
              (f64x2.relaxed_madd
                (f64x2.splat (f64.const 1.0000000000000002))
                (f64x2.splat (f64.const 1.0000000000000002))
                (f64x2.splat (f64.const -1.0000000000000004))))
            (f64.const 4.930380657631324e-32))
          (f32.eq
            (f32x4.extract_lane 0
              (f32x4.relaxed_madd
                (f32x4.splat (f32.const 1.0000001))
                (f32x4.splat (f32.const 1.0000001))
                (f32x4.splat (f32.const -1.0000002))))
            (f32.const 1.4210855e-14))))))

  ;; FMADD.S ("F" 21.6): the engine's multiply-add, if it rounds once.
  (func $rv.fma_f32 (param $a f32) (param $b f32) (param $c f32) (result f32)
    (if (i32.ne (global.get $rv.fused) (i32.const 1))
      (then
        (return
          (call $rv.unfused_fma_f32 (local.get $a) (local.get $b) (local.get $c)))))
    (f32x4.extract_lane 0
      (f32x4.relaxed_madd
        (f32x4.splat (local.get $a))
        (f32x4.splat (local.get $b))
        (f32x4.splat (local.get $c)))))

  ;; The same where it does not, or nobody knows.
  (func $rv.unfused_fma_f32 (param $a f32) (param $b f32) (param $c f32) (result f32)
    (if (i32.eqz (global.get $rv.fused)) (then (call $rv.probe_fused)))
    (call $rv.exact_fma_f32 (local.get $a) (local.get $b) (local.get $c)))

  ;; FMADD.D ("D" 22.4): the engine's multiply-add, if it rounds once.
  (func $rv.fma_f64 (param $a f64) (param $b f64) (param $c f64) (result f64)
    (if (i32.ne (global.get $rv.fused) (i32.const 1))
      (then
        (return
          (call $rv.unfused_fma_f64 (local.get $a) (local.get $b) (local.get $c)))))
    (f64x2.extract_lane 0
      (f64x2.relaxed_madd
        (f64x2.splat (local.get $a))
        (f64x2.splat (local.get $b))
        (f64x2.splat (local.get $c)))))

  ;; The same where it does not, or nobody knows.
  (func $rv.unfused_fma_f64 (param $a f64) (param $b f64) (param $c f64) (result f64)
    (if (i32.eqz (global.get $rv.fused)) (then (call $rv.probe_fused)))
    (call $rv.exact_fma_f64 (local.get $a) (local.get $b) (local.get $c)))
