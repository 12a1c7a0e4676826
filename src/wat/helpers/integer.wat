  ;; DIV ("M" 13.2): by zero gives -1; the overflow of -2^63 / -1 gives -2^63.
  (func $rv.div (param $a i64) (param $b i64) (result i64)
    (if (i64.eqz (local.get $b)) (then (return (i64.const -1))))
    (if (i64.eq (local.get $b) (i64.const -1))
      (then (return (i64.sub (i64.const 0) (local.get $a)))))
    (i64.div_s (local.get $a) (local.get $b)))

  ;; DIVU ("M" 13.2): by zero gives 2^64 - 1.
  (func $rv.divu (param $a i64) (param $b i64) (result i64)
    (if (i64.eqz (local.get $b)) (then (return (i64.const -1))))
    (i64.div_u (local.get $a) (local.get $b)))

  ;; REM ("M" 13.2): by zero gives the dividend.
  (func $rv.rem (param $a i64) (param $b i64) (result i64)
    (if (i64.eqz (local.get $b)) (then (return (local.get $a))))
    (i64.rem_s (local.get $a) (local.get $b)))

  ;; REMU ("M" 13.2): by zero gives the dividend.
  (func $rv.remu (param $a i64) (param $b i64) (result i64)
    (if (i64.eqz (local.get $b)) (then (return (local.get $a))))
    (i64.rem_u (local.get $a) (local.get $b)))

  ;; DIVW ("M" 13.2): DIV on 32 bits.
  (func $rv.divw (param $a i32) (param $b i32) (result i32)
    (if (i32.eqz (local.get $b)) (then (return (i32.const -1))))
    (if (i32.eq (local.get $b) (i32.const -1))
      (then (return (i32.sub (i32.const 0) (local.get $a)))))
    (i32.div_s (local.get $a) (local.get $b)))

  ;; DIVUW ("M" 13.2): DIVU on 32 bits.
  (func $rv.divuw (param $a i32) (param $b i32) (result i32)
    (if (i32.eqz (local.get $b)) (then (return (i32.const -1))))
    (i32.div_u (local.get $a) (local.get $b)))

  ;; REMW ("M" 13.2): REM on 32 bits.
  (func $rv.remw (param $a i32) (param $b i32) (result i32)
    (if (i32.eqz (local.get $b)) (then (return (local.get $a))))
    (i32.rem_s (local.get $a) (local.get $b)))

  ;; REMUW ("M" 13.2): REMU on 32 bits.
  (func $rv.remuw (param $a i32) (param $b i32) (result i32)
    (if (i32.eqz (local.get $b)) (then (return (local.get $a))))
    (i32.rem_u (local.get $a) (local.get $b)))

  ;; MULHU ("M" 13.1): the high half of the unsigned product, from four products of halves.
  (func $rv.mulhu (param $a i64) (param $b i64) (result i64)
    (local $a.low i64) (local $a.high i64) (local $b.low i64) (local $b.high i64)
    (local $middle i64)
    (local.set $a.low (i64.and (local.get $a) (i64.const 0xffffffff)))
    (local.set $a.high (i64.shr_u (local.get $a) (i64.const 32)))
    (local.set $b.low (i64.and (local.get $b) (i64.const 0xffffffff)))
    (local.set $b.high (i64.shr_u (local.get $b) (i64.const 32)))
    (local.set $middle
      (i64.add
        (i64.mul (local.get $a.high) (local.get $b.low))
        (i64.shr_u (i64.mul (local.get $a.low) (local.get $b.low)) (i64.const 32))))
    (i64.add
      (i64.add
        (i64.mul (local.get $a.high) (local.get $b.high))
        (i64.shr_u (local.get $middle) (i64.const 32)))
      (i64.shr_u
        (i64.add
          (i64.mul (local.get $a.low) (local.get $b.high))
          (i64.and (local.get $middle) (i64.const 0xffffffff)))
        (i64.const 32))))

  ;; MULH ("M" 13.1): a negative factor has counted 2^64 too much of the other.
  (func $rv.mulh (param $a i64) (param $b i64) (result i64)
    (i64.sub
      (i64.sub
        (call $rv.mulhu (local.get $a) (local.get $b))
        (i64.and (i64.shr_s (local.get $a) (i64.const 63)) (local.get $b)))
      (i64.and (i64.shr_s (local.get $b) (i64.const 63)) (local.get $a))))

  ;; MULHSU ("M" 13.1): the first factor signed, the second not.
  (func $rv.mulhsu (param $a i64) (param $b i64) (result i64)
    (i64.sub
      (call $rv.mulhu (local.get $a) (local.get $b))
      (i64.and (i64.shr_s (local.get $a) (i64.const 63)) (local.get $b))))

  ;; ORC.B ("B", Zbb): each byte all ones if it has a one; bit 7 tells after the addition.
  (func $rv.orc_b (param $x i64) (result i64)
    (i64.mul
      (i64.shr_u
        (i64.and
          (i64.or
            (i64.add
              (i64.and (local.get $x) (i64.const 0x7f7f7f7f7f7f7f7f))
              (i64.const 0x7f7f7f7f7f7f7f7f))
            (local.get $x))
          (i64.const 0x8080808080808080))
        (i64.const 7))
      (i64.const 255)))

  ;; REV8 ("B", Zbb): the bytes in reverse: in pairs, in fours, in eight.
  (func $rv.rev8 (param $x i64) (result i64)
    (local.set $x
      (i64.or
        (i64.shl (i64.and (local.get $x) (i64.const 0x00ff00ff00ff00ff)) (i64.const 8))
        (i64.and (i64.shr_u (local.get $x) (i64.const 8)) (i64.const 0x00ff00ff00ff00ff))))
    (local.set $x
      (i64.or
        (i64.shl (i64.and (local.get $x) (i64.const 0x0000ffff0000ffff)) (i64.const 16))
        (i64.and (i64.shr_u (local.get $x) (i64.const 16)) (i64.const 0x0000ffff0000ffff))))
    (i64.rotl (local.get $x) (i64.const 32)))
