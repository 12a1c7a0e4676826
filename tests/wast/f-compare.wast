;; F: comparison of singles. With a NaN nothing is equal or less.

;; guest "feq.s" (fa0, fa1) -> (a0)
;;   a0b52553  feq.s a0,fa0,fa1
(assert_return (invoke "feq.s" (f32.const 1) (f32.const 1)) (i64.const 1))
(assert_return (invoke "feq.s" (f32.const 1) (f32.const 2)) (i64.const 0))
(assert_return (invoke "feq.s" (f32.const 0) (f32.const -0)) (i64.const 1))
(assert_return (invoke "feq.s" (f32.const nan) (f32.const nan)) (i64.const 0))
(assert_return (invoke "feq.s" (f32.const nan:0x400001) (f32.const 1)) (i64.const 0))
(assert_return (invoke "feq.s" (f32.const 1) (f32.const nan:0x200000)) (i64.const 0))
(assert_return (invoke "feq.s" (f32.const inf) (f32.const inf)) (i64.const 1))
(assert_return (invoke "feq.s" (f32.const inf) (f32.const -inf)) (i64.const 0))
(assert_return (invoke "feq.s" (f32.const 0x1p-149) (f32.const 0)) (i64.const 0))

;; guest "flt.s" (fa0, fa1) -> (a0)
;;   a0b51553  flt.s a0,fa0,fa1
(assert_return (invoke "flt.s" (f32.const 1) (f32.const 2)) (i64.const 1))
(assert_return (invoke "flt.s" (f32.const 2) (f32.const 1)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const 1) (f32.const 1)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const -0) (f32.const 0)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const 0) (f32.const -0)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const nan) (f32.const 1)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const 1) (f32.const nan)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const nan:0x200000) (f32.const nan)) (i64.const 0))
(assert_return (invoke "flt.s" (f32.const -inf) (f32.const inf)) (i64.const 1))
(assert_return (invoke "flt.s" (f32.const -0x1p-149) (f32.const 0)) (i64.const 1))
(assert_return (invoke "flt.s" (f32.const 0x1.fffffep+127) (f32.const inf)) (i64.const 1))

;; guest "fle.s" (fa0, fa1) -> (a0)
;;   a0b50553  fle.s a0,fa0,fa1
(assert_return (invoke "fle.s" (f32.const 1) (f32.const 2)) (i64.const 1))
(assert_return (invoke "fle.s" (f32.const 2) (f32.const 1)) (i64.const 0))
(assert_return (invoke "fle.s" (f32.const 1) (f32.const 1)) (i64.const 1))
(assert_return (invoke "fle.s" (f32.const 0) (f32.const -0)) (i64.const 1))
(assert_return (invoke "fle.s" (f32.const nan) (f32.const 1)) (i64.const 0))
(assert_return (invoke "fle.s" (f32.const 1) (f32.const nan:0x400001)) (i64.const 0))
(assert_return (invoke "fle.s" (f32.const nan) (f32.const nan)) (i64.const 0))
(assert_return (invoke "fle.s" (f32.const inf) (f32.const inf)) (i64.const 1))
(assert_return (invoke "fle.s" (f32.const -inf) (f32.const -0x1.fffffep+127)) (i64.const 1))

;; guest "self.s" (fa0) -> (a0, a1)
;;   a0a52553  feq.s a0,fa0,fa0
;;   a0a515d3  flt.s a1,fa0,fa0
(assert_return (invoke "self.s" (f32.const nan)) (i64.const 0) (i64.const 0))
(assert_return (invoke "self.s" (f32.const inf)) (i64.const 1) (i64.const 0))
(assert_return (invoke "self.s" (f32.const -0)) (i64.const 1) (i64.const 0))

;; A branch on a comparison and one on its opposite: with a NaN both are the same.
;; guest "branch.s" (fa0, fa1) -> (a0, a1)
;;   00100513  li a0,1
;;   00100593  li a1,1
;;   a0b51653  flt.s a2,fa0,fa1
;;   00061463  bnez a2,0x10014
;;   00000513  li a0,0
;;   a0a58653  fle.s a2,fa1,fa0
;;   00060463  beqz a2,0x10020
;;   00000593  li a1,0
(assert_return (invoke "branch.s" (f32.const 1) (f32.const 2)) (i64.const 1) (i64.const 1))
(assert_return (invoke "branch.s" (f32.const 2) (f32.const 1)) (i64.const 0) (i64.const 0))
(assert_return (invoke "branch.s" (f32.const nan) (f32.const 1)) (i64.const 0) (i64.const 1))
