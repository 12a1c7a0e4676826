;; D: comparison of doubles. With a NaN nothing is equal or less.

;; guest "feq.d" (fa0, fa1) -> (a0)
;;   a2b52553  feq.d a0,fa0,fa1
(assert_return (invoke "feq.d" (f64.const 1) (f64.const 1)) (i64.const 1))
(assert_return (invoke "feq.d" (f64.const 1) (f64.const 2)) (i64.const 0))
(assert_return (invoke "feq.d" (f64.const 0) (f64.const -0)) (i64.const 1))
(assert_return (invoke "feq.d" (f64.const nan) (f64.const nan)) (i64.const 0))
(assert_return (invoke "feq.d" (f64.const nan:0x8000000000001) (f64.const 1)) (i64.const 0))
(assert_return (invoke "feq.d" (f64.const 1) (f64.const nan:0x4000000000000)) (i64.const 0))
(assert_return (invoke "feq.d" (f64.const inf) (f64.const inf)) (i64.const 1))
(assert_return (invoke "feq.d" (f64.const inf) (f64.const -inf)) (i64.const 0))
(assert_return (invoke "feq.d" (f64.const 0x1p-1074) (f64.const 0)) (i64.const 0))

;; guest "flt.d" (fa0, fa1) -> (a0)
;;   a2b51553  flt.d a0,fa0,fa1
(assert_return (invoke "flt.d" (f64.const 1) (f64.const 2)) (i64.const 1))
(assert_return (invoke "flt.d" (f64.const 2) (f64.const 1)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const 1) (f64.const 1)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const -0) (f64.const 0)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const 0) (f64.const -0)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const nan) (f64.const 1)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const 1) (f64.const nan)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const nan:0x4000000000000) (f64.const nan)) (i64.const 0))
(assert_return (invoke "flt.d" (f64.const -inf) (f64.const inf)) (i64.const 1))
(assert_return (invoke "flt.d" (f64.const -0x1p-1074) (f64.const 0)) (i64.const 1))
(assert_return (invoke "flt.d" (f64.const 0x1.fffffffffffffp+1023) (f64.const inf)) (i64.const 1))

;; guest "fle.d" (fa0, fa1) -> (a0)
;;   a2b50553  fle.d a0,fa0,fa1
(assert_return (invoke "fle.d" (f64.const 1) (f64.const 2)) (i64.const 1))
(assert_return (invoke "fle.d" (f64.const 2) (f64.const 1)) (i64.const 0))
(assert_return (invoke "fle.d" (f64.const 1) (f64.const 1)) (i64.const 1))
(assert_return (invoke "fle.d" (f64.const 0) (f64.const -0)) (i64.const 1))
(assert_return (invoke "fle.d" (f64.const nan) (f64.const 1)) (i64.const 0))
(assert_return (invoke "fle.d" (f64.const 1) (f64.const nan:0x8000000000001)) (i64.const 0))
(assert_return (invoke "fle.d" (f64.const nan) (f64.const nan)) (i64.const 0))
(assert_return (invoke "fle.d" (f64.const inf) (f64.const inf)) (i64.const 1))
(assert_return (invoke "fle.d" (f64.const -inf) (f64.const -0x1.fffffffffffffp+1023)) (i64.const 1))

;; guest "self.d" (fa0) -> (a0, a1)
;;   a2a52553  feq.d a0,fa0,fa0
;;   a2a515d3  flt.d a1,fa0,fa0
(assert_return (invoke "self.d" (f64.const nan)) (i64.const 0) (i64.const 0))
(assert_return (invoke "self.d" (f64.const inf)) (i64.const 1) (i64.const 0))
(assert_return (invoke "self.d" (f64.const -0)) (i64.const 1) (i64.const 0))

;; A branch on a comparison and one on its opposite: with a NaN both are the same.
;; guest "branch.d" (fa0, fa1) -> (a0, a1)
;;   00100513  li a0,1
;;   00100593  li a1,1
;;   a2b51653  flt.d a2,fa0,fa1
;;   00061463  bnez a2,0x10014
;;   00000513  li a0,0
;;   a2a58653  fle.d a2,fa1,fa0
;;   00060463  beqz a2,0x10020
;;   00000593  li a1,0
(assert_return (invoke "branch.d" (f64.const 1) (f64.const 2)) (i64.const 1) (i64.const 1))
(assert_return (invoke "branch.d" (f64.const 2) (f64.const 1)) (i64.const 0) (i64.const 0))
(assert_return (invoke "branch.d" (f64.const nan) (f64.const 1)) (i64.const 0) (i64.const 1))
