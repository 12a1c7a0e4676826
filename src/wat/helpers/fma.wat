  ;; FMADD.S ("F" 21.6): the product is exact in double; the sum is rounded to odd there, which
  ;; a second rounding cannot make wrong (Boldo and Melquiond, 2008).
  (func $rv.fma_f32 (param $a f32) (param $b f32) (param $c f32) (result f32)
    (f32.demote_f64
      (call $rv.add_odd
        (f64.mul (f64.promote_f32 (local.get $a)) (f64.promote_f32 (local.get $b)))
        (f64.promote_f32 (local.get $c)))))

  ;; What a + b lost to rounding: exact if nothing overflows (Knuth's TwoSum).
  (func $rv.sum_error (param $a f64) (param $b f64) (param $sum f64) (result f64)
    (local $b.part f64)
    (local.set $b.part (f64.sub (local.get $sum) (local.get $a)))
    (f64.add
      (f64.sub (local.get $a) (f64.sub (local.get $sum) (local.get $b.part)))
      (f64.sub (local.get $b) (local.get $b.part))))

  ;; a + b rounded to odd: where it is inexact, the neighbour whose last bit is one.
  (func $rv.add_odd (param $a f64) (param $b f64) (result f64)
    (local $sum f64) (local $error f64) (local $bits i64)
    (local.set $sum (f64.add (local.get $a) (local.get $b)))
    (local.set $error (call $rv.sum_error (local.get $a) (local.get $b) (local.get $sum)))
    (local.set $bits (i64.reinterpret_f64 (local.get $sum)))
    (if
        (i32.or
          (i32.eqz (f64.gt (f64.abs (local.get $error)) (f64.const 0)))
          (i32.wrap_i64 (i64.and (local.get $bits) (i64.const 1))))
      (then (return (local.get $sum))))
    (f64.reinterpret_i64
      (i64.add
        (local.get $bits)
        (select (i64.const 1) (i64.const -1)
          (i32.eq
            (f64.gt (local.get $error) (f64.const 0))
            (f64.gt (local.get $sum) (f64.const 0)))))))

  ;; The upper 26 bits of a double (Veltkamp's splitting).
  (func $rv.split (param $x f64) (result f64)
    (local $scaled f64)
    (local.set $scaled (f64.mul (local.get $x) (f64.const 134217729)))
    (f64.sub (local.get $scaled) (f64.sub (local.get $scaled) (local.get $x))))

  ;; What a * b lost to rounding: exact if nothing over- or underflows (Dekker's TwoProduct).
  (func $rv.product_error (param $a f64) (param $b f64) (param $product f64) (result f64)
    (local $a.high f64) (local $a.low f64) (local $b.high f64) (local $b.low f64)
    (local.set $a.high (call $rv.split (local.get $a)))
    (local.set $a.low (f64.sub (local.get $a) (local.get $a.high)))
    (local.set $b.high (call $rv.split (local.get $b)))
    (local.set $b.low (f64.sub (local.get $b) (local.get $b.high)))
    (f64.add
      (f64.mul (local.get $a.low) (local.get $b.low))
      (f64.add
        (f64.mul (local.get $a.low) (local.get $b.high))
        (f64.add
          (f64.mul (local.get $a.high) (local.get $b.low))
          (f64.sub (f64.mul (local.get $a.high) (local.get $b.high)) (local.get $product))))))

  ;; The exponent field of a double.
  (func $rv.exponent (param $x f64) (result i32)
    (i32.and
      (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $x)) (i64.const 52)))
      (i32.const 0x7ff)))

  ;; FMADD.D ("D" 22.4): Boldo and Melquiond's algorithm where no step over- or underflows, the
  ;; soft-float library (operation 11, to nearest) elsewhere.
  (func $rv.fma_f64 (param $a f64) (param $b f64) (param $c f64) (result f64)
    (local $a.exponent i32) (local $b.exponent i32)
    (local $product f64) (local $product.low f64) (local $inner f64) (local $outer f64)
    (local.set $a.exponent (call $rv.exponent (local.get $a)))
    (local.set $b.exponent (call $rv.exponent (local.get $b)))
    ;; A product that is zero, infinite or no number is exact.
    (if
        (i32.or
          (i32.or
            (f64.eq (local.get $a) (f64.const 0))
            (f64.eq (local.get $b) (f64.const 0)))
          (i32.or
            (i32.eq (local.get $a.exponent) (i32.const 0x7ff))
            (i32.eq (local.get $b.exponent) (i32.const 0x7ff))))
      (then
        (return (f64.add (f64.mul (local.get $a) (local.get $b)) (local.get $c)))))
    ;; Factors and summand from 2^-999 to 2^951, the product from 2^-899 to 2^951: all is exact.
    (if
        (i32.or
          (i32.or
            (i32.gt_u (i32.sub (local.get $a.exponent) (i32.const 24)) (i32.const 1950))
            (i32.gt_u (i32.sub (local.get $b.exponent) (i32.const 24)) (i32.const 1950)))
          (i32.or
            (i32.gt_u
              (i32.sub (i32.add (local.get $a.exponent) (local.get $b.exponent)) (i32.const 1147))
              (i32.const 1850))
            (i32.gt_u (call $rv.exponent (local.get $c)) (i32.const 1974))))
      (then
        (return
          (f64.reinterpret_i64
            (call $rv.soft
              (i32.const 11)
              (i64.reinterpret_f64 (local.get $a))
              (i64.reinterpret_f64 (local.get $b))
              (i64.reinterpret_f64 (local.get $c))
              (i32.const 0))))))
    (local.set $product (f64.mul (local.get $a) (local.get $b)))
    (local.set $product.low
      (call $rv.product_error (local.get $a) (local.get $b) (local.get $product)))
    (local.set $inner (f64.add (local.get $c) (local.get $product.low)))
    (local.set $outer (f64.add (local.get $product) (local.get $inner)))
    (f64.add
      (local.get $outer)
      (call $rv.add_odd
        (call $rv.sum_error (local.get $c) (local.get $product.low) (local.get $inner))
        (call $rv.sum_error (local.get $product) (local.get $inner) (local.get $outer)))))
