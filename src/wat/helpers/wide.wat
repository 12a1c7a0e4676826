  ;; MULHU ("M" 13.1): the high half of the unsigned product.
  (func $rv.mulhu (param $a i64) (param $b i64) (result i64)
    (i64.mul_wide_u (local.get $a) (local.get $b))
    (local.set $a)
    (drop)
    (local.get $a))

  ;; MULH ("M" 13.1): the high half of the signed product.
  (func $rv.mulh (param $a i64) (param $b i64) (result i64)
    (i64.mul_wide_s (local.get $a) (local.get $b))
    (local.set $a)
    (drop)
    (local.get $a))
