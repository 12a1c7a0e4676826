;; F: conversion between singles and integers. What does not fit saturates, and a NaN
;; counts as the greatest number; 32-bit results are sign-extended, unsigned ones too.

;; guest "fcvt.w.s.rtz" (fa0) -> (a0)
;;   c0051553  fcvt.w.s a0,fa0,rtz
(assert_return (invoke "fcvt.w.s.rtz" (f32.const nan)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -nan)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const inf)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -inf)) (i64.const 0xffffffff80000000))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const 2147483648)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -2147483648)) (i64.const 0xffffffff80000000))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -2147483904)) (i64.const 0xffffffff80000000))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -1.5)) (i64.const -1))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const -0)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rtz" (f32.const 2147483520)) (i64.const 0x7fffff80))

;; guest "fcvt.w.s.rne" (fa0) -> (a0)
;;   c0050553  fcvt.w.s a0,fa0,rne
(assert_return (invoke "fcvt.w.s.rne" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rne" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.w.s.rne" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.w.s.rne" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rne" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rne" (f32.const nan)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rne" (f32.const -1.5)) (i64.const -2))
(assert_return (invoke "fcvt.w.s.rne" (f32.const -2.5)) (i64.const -2))
(assert_return (invoke "fcvt.w.s.rne" (f32.const -2.75)) (i64.const -3))

;; guest "fcvt.w.s.rdn" (fa0) -> (a0)
;;   c0052553  fcvt.w.s a0,fa0,rdn
(assert_return (invoke "fcvt.w.s.rdn" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const -0.5)) (i64.const -1))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const -0.25)) (i64.const -1))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const nan)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const -1.5)) (i64.const -2))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const -2.5)) (i64.const -3))
(assert_return (invoke "fcvt.w.s.rdn" (f32.const -2.75)) (i64.const -3))

;; guest "fcvt.w.s.rup" (fa0) -> (a0)
;;   c0053553  fcvt.w.s a0,fa0,rup
(assert_return (invoke "fcvt.w.s.rup" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.w.s.rup" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.w.s.rup" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.w.s.rup" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rup" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rup" (f32.const nan)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rup" (f32.const -1.5)) (i64.const -1))
(assert_return (invoke "fcvt.w.s.rup" (f32.const -2.5)) (i64.const -2))
(assert_return (invoke "fcvt.w.s.rup" (f32.const -2.75)) (i64.const -2))

;; guest "fcvt.w.s.rmm" (fa0) -> (a0)
;;   c0054553  fcvt.w.s a0,fa0,rmm
(assert_return (invoke "fcvt.w.s.rmm" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const -0.5)) (i64.const -1))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const nan)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const -1.5)) (i64.const -2))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const -2.5)) (i64.const -3))
(assert_return (invoke "fcvt.w.s.rmm" (f32.const -2.75)) (i64.const -3))

;; guest "fcvt.wu.s.rtz" (fa0) -> (a0)
;;   c0151553  fcvt.wu.s a0,fa0,rtz
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const -nan)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const inf)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const -inf)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const 4294967296)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const -1)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const 3000000000)) (i64.const 0xffffffffb2d05e00))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const -0)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rtz" (f32.const 4294967040)) (i64.const -256))

;; guest "fcvt.wu.s.rne" (fa0) -> (a0)
;;   c0150553  fcvt.wu.s a0,fa0,rne
(assert_return (invoke "fcvt.wu.s.rne" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rne" (f32.const 3.25)) (i64.const 3))

;; guest "fcvt.wu.s.rdn" (fa0) -> (a0)
;;   c0152553  fcvt.wu.s a0,fa0,rdn
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rdn" (f32.const 3.25)) (i64.const 3))

;; guest "fcvt.wu.s.rup" (fa0) -> (a0)
;;   c0153553  fcvt.wu.s a0,fa0,rup
(assert_return (invoke "fcvt.wu.s.rup" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rup" (f32.const 3.25)) (i64.const 4))

;; guest "fcvt.wu.s.rmm" (fa0) -> (a0)
;;   c0154553  fcvt.wu.s a0,fa0,rmm
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.wu.s.rmm" (f32.const 3.25)) (i64.const 3))

;; guest "fcvt.l.s.rtz" (fa0) -> (a0)
;;   c0251553  fcvt.l.s a0,fa0,rtz
(assert_return (invoke "fcvt.l.s.rtz" (f32.const nan)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const -nan)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const inf)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const -inf)) (i64.const 0x8000000000000000))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const 0x1p+63)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const -0x1p+63)) (i64.const 0x8000000000000000))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const -0x1.8p+63)) (i64.const 0x8000000000000000))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const -2.5)) (i64.const -2))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const 0x1.8p+40)) (i64.const 0x18000000000))
(assert_return (invoke "fcvt.l.s.rtz" (f32.const 0x1.fffffep+62)) (i64.const 0x7fffff8000000000))

;; guest "fcvt.l.s.rne" (fa0) -> (a0)
;;   c0250553  fcvt.l.s a0,fa0,rne
(assert_return (invoke "fcvt.l.s.rne" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rne" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.l.s.rne" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.l.s.rne" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rne" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rne" (f32.const nan)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rne" (f32.const -1.5)) (i64.const -2))
(assert_return (invoke "fcvt.l.s.rne" (f32.const -2.5)) (i64.const -2))
(assert_return (invoke "fcvt.l.s.rne" (f32.const -2.75)) (i64.const -3))

;; guest "fcvt.l.s.rdn" (fa0) -> (a0)
;;   c0252553  fcvt.l.s a0,fa0,rdn
(assert_return (invoke "fcvt.l.s.rdn" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const -0.5)) (i64.const -1))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const -0.25)) (i64.const -1))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const nan)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const -1.5)) (i64.const -2))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const -2.5)) (i64.const -3))
(assert_return (invoke "fcvt.l.s.rdn" (f32.const -2.75)) (i64.const -3))

;; guest "fcvt.l.s.rup" (fa0) -> (a0)
;;   c0253553  fcvt.l.s a0,fa0,rup
(assert_return (invoke "fcvt.l.s.rup" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.l.s.rup" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.l.s.rup" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.l.s.rup" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rup" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rup" (f32.const nan)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rup" (f32.const -1.5)) (i64.const -1))
(assert_return (invoke "fcvt.l.s.rup" (f32.const -2.5)) (i64.const -2))
(assert_return (invoke "fcvt.l.s.rup" (f32.const -2.75)) (i64.const -2))

;; guest "fcvt.l.s.rmm" (fa0) -> (a0)
;;   c0254553  fcvt.l.s a0,fa0,rmm
(assert_return (invoke "fcvt.l.s.rmm" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const -0.5)) (i64.const -1))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const nan)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const -1.5)) (i64.const -2))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const -2.5)) (i64.const -3))
(assert_return (invoke "fcvt.l.s.rmm" (f32.const -2.75)) (i64.const -3))

;; guest "fcvt.lu.s.rtz" (fa0) -> (a0)
;;   c0351553  fcvt.lu.s a0,fa0,rtz
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const -nan)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const inf)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const -inf)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const 0x1p+64)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const 0x1p+63)) (i64.const 0x8000000000000000))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const -1)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const 0x1.8p+63)) (i64.const 0xc000000000000000))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.lu.s.rtz" (f32.const 0x1.fffffep+63)) (i64.const 0xffffff0000000000))

;; guest "fcvt.lu.s.rne" (fa0) -> (a0)
;;   c0350553  fcvt.lu.s a0,fa0,rne
(assert_return (invoke "fcvt.lu.s.rne" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rne" (f32.const 3.25)) (i64.const 3))

;; guest "fcvt.lu.s.rdn" (fa0) -> (a0)
;;   c0352553  fcvt.lu.s a0,fa0,rdn
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const 0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const 1.5)) (i64.const 1))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rdn" (f32.const 3.25)) (i64.const 3))

;; guest "fcvt.lu.s.rup" (fa0) -> (a0)
;;   c0353553  fcvt.lu.s a0,fa0,rup
(assert_return (invoke "fcvt.lu.s.rup" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rup" (f32.const 3.25)) (i64.const 4))

;; guest "fcvt.lu.s.rmm" (fa0) -> (a0)
;;   c0354553  fcvt.lu.s a0,fa0,rmm
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const 0.5)) (i64.const 1))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const 1.5)) (i64.const 2))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const 2.5)) (i64.const 3))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const -0.5)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const -0.25)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const nan)) (i64.const -1))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const -0.75)) (i64.const 0))
(assert_return (invoke "fcvt.lu.s.rmm" (f32.const 3.25)) (i64.const 3))

;; Without a mode in the instruction it is the register's, which is `rne`.
;; guest "fcvt.l.s" (fa0) -> (a0)
;;   c0257553  fcvt.l.s a0,fa0
(assert_return (invoke "fcvt.l.s" (f32.const 2.5)) (i64.const 2))
(assert_return (invoke "fcvt.l.s" (f32.const -3.5)) (i64.const -4))

;; guest "fcvt.s.w" (a0) -> (fa0)
;;   d0057553  fcvt.s.w fa0,a0
(assert_return (invoke "fcvt.s.w" (i64.const 0)) (f32.const 0))
(assert_return (invoke "fcvt.s.w" (i64.const 0x80000000)) (f32.const -0x1p+31))
(assert_return (invoke "fcvt.s.w" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.w" (i64.const 0x123456780000002a)) (f32.const 42))
(assert_return (invoke "fcvt.s.w" (i64.const 0x7fffffff)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.w" (i64.const 16777217)) (f32.const 0x1p+24))

;; guest "fcvt.s.w.rtz" (a0) -> (fa0)
;;   d0051553  fcvt.s.w fa0,a0,rtz
(assert_return (invoke "fcvt.s.w.rtz" (i64.const 0x80000000)) (f32.const -0x1p+31))
(assert_return (invoke "fcvt.s.w.rtz" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.w.rtz" (i64.const 0x123456780000002a)) (f32.const 42))
(assert_return (invoke "fcvt.s.w.rtz" (i64.const 0x7fffffff)) (f32.const 0x1.fffffep+30))
(assert_return (invoke "fcvt.s.w.rtz" (i64.const 16777217)) (f32.const 0x1p+24))

;; guest "fcvt.s.w.rdn" (a0) -> (fa0)
;;   d0052553  fcvt.s.w fa0,a0,rdn
(assert_return (invoke "fcvt.s.w.rdn" (i64.const 0x80000000)) (f32.const -0x1p+31))
(assert_return (invoke "fcvt.s.w.rdn" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.w.rdn" (i64.const 0x123456780000002a)) (f32.const 42))
(assert_return (invoke "fcvt.s.w.rdn" (i64.const 0x7fffffff)) (f32.const 0x1.fffffep+30))
(assert_return (invoke "fcvt.s.w.rdn" (i64.const 16777217)) (f32.const 0x1p+24))

;; guest "fcvt.s.w.rup" (a0) -> (fa0)
;;   d0053553  fcvt.s.w fa0,a0,rup
(assert_return (invoke "fcvt.s.w.rup" (i64.const 0x80000000)) (f32.const -0x1p+31))
(assert_return (invoke "fcvt.s.w.rup" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.w.rup" (i64.const 0x123456780000002a)) (f32.const 42))
(assert_return (invoke "fcvt.s.w.rup" (i64.const 0x7fffffff)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.w.rup" (i64.const 16777217)) (f32.const 0x1.000002p+24))

;; guest "fcvt.s.w.rmm" (a0) -> (fa0)
;;   d0054553  fcvt.s.w fa0,a0,rmm
(assert_return (invoke "fcvt.s.w.rmm" (i64.const 0x80000000)) (f32.const -0x1p+31))
(assert_return (invoke "fcvt.s.w.rmm" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.w.rmm" (i64.const 0x123456780000002a)) (f32.const 42))
(assert_return (invoke "fcvt.s.w.rmm" (i64.const 0x7fffffff)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.w.rmm" (i64.const 16777217)) (f32.const 0x1.000002p+24))

;; guest "fcvt.s.wu" (a0) -> (fa0)
;;   d0157553  fcvt.s.wu fa0,a0
(assert_return (invoke "fcvt.s.wu" (i64.const -1)) (f32.const 0x1p+32))
(assert_return (invoke "fcvt.s.wu" (i64.const 0x80000000)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.wu" (i64.const 0xffffffff00000001)) (f32.const 1))
(assert_return (invoke "fcvt.s.wu" (i64.const 16777219)) (f32.const 0x1.000004p+24))

;; guest "fcvt.s.wu.rtz" (a0) -> (fa0)
;;   d0151553  fcvt.s.wu fa0,a0,rtz
(assert_return (invoke "fcvt.s.wu.rtz" (i64.const -1)) (f32.const 0x1.fffffep+31))
(assert_return (invoke "fcvt.s.wu.rtz" (i64.const 0x80000000)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.wu.rtz" (i64.const 0xffffffff00000001)) (f32.const 1))
(assert_return (invoke "fcvt.s.wu.rtz" (i64.const 16777219)) (f32.const 0x1.000002p+24))

;; guest "fcvt.s.wu.rdn" (a0) -> (fa0)
;;   d0152553  fcvt.s.wu fa0,a0,rdn
(assert_return (invoke "fcvt.s.wu.rdn" (i64.const -1)) (f32.const 0x1.fffffep+31))
(assert_return (invoke "fcvt.s.wu.rdn" (i64.const 0x80000000)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.wu.rdn" (i64.const 0xffffffff00000001)) (f32.const 1))
(assert_return (invoke "fcvt.s.wu.rdn" (i64.const 16777219)) (f32.const 0x1.000002p+24))

;; guest "fcvt.s.wu.rup" (a0) -> (fa0)
;;   d0153553  fcvt.s.wu fa0,a0,rup
(assert_return (invoke "fcvt.s.wu.rup" (i64.const -1)) (f32.const 0x1p+32))
(assert_return (invoke "fcvt.s.wu.rup" (i64.const 0x80000000)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.wu.rup" (i64.const 0xffffffff00000001)) (f32.const 1))
(assert_return (invoke "fcvt.s.wu.rup" (i64.const 16777219)) (f32.const 0x1.000004p+24))

;; guest "fcvt.s.wu.rmm" (a0) -> (fa0)
;;   d0154553  fcvt.s.wu fa0,a0,rmm
(assert_return (invoke "fcvt.s.wu.rmm" (i64.const -1)) (f32.const 0x1p+32))
(assert_return (invoke "fcvt.s.wu.rmm" (i64.const 0x80000000)) (f32.const 0x1p+31))
(assert_return (invoke "fcvt.s.wu.rmm" (i64.const 0xffffffff00000001)) (f32.const 1))
(assert_return (invoke "fcvt.s.wu.rmm" (i64.const 16777219)) (f32.const 0x1.000004p+24))

;; guest "fcvt.s.l" (a0) -> (fa0)
;;   d0257553  fcvt.s.l fa0,a0
(assert_return (invoke "fcvt.s.l" (i64.const 0x8000000000000000)) (f32.const -0x1p+63))
(assert_return (invoke "fcvt.s.l" (i64.const 0x7fffffffffffffff)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.l" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.l" (i64.const 0x1000001000000001)) (f32.const 0x1.000002p+60))
(assert_return (invoke "fcvt.s.l" (i64.const -0x1000001000000001)) (f32.const -0x1.000002p+60))
(assert_return (invoke "fcvt.s.l" (i64.const 9007199254740993)) (f32.const 0x1p+53))

;; guest "fcvt.s.l.rtz" (a0) -> (fa0)
;;   d0251553  fcvt.s.l fa0,a0,rtz
(assert_return (invoke "fcvt.s.l.rtz" (i64.const 0x8000000000000000)) (f32.const -0x1p+63))
(assert_return (invoke "fcvt.s.l.rtz" (i64.const 0x7fffffffffffffff)) (f32.const 0x1.fffffep+62))
(assert_return (invoke "fcvt.s.l.rtz" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.l.rtz" (i64.const 0x1000001000000001)) (f32.const 0x1p+60))
(assert_return (invoke "fcvt.s.l.rtz" (i64.const -0x1000001000000001)) (f32.const -0x1p+60))

;; guest "fcvt.s.l.rdn" (a0) -> (fa0)
;;   d0252553  fcvt.s.l fa0,a0,rdn
(assert_return (invoke "fcvt.s.l.rdn" (i64.const 0x8000000000000000)) (f32.const -0x1p+63))
(assert_return (invoke "fcvt.s.l.rdn" (i64.const 0x7fffffffffffffff)) (f32.const 0x1.fffffep+62))
(assert_return (invoke "fcvt.s.l.rdn" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.l.rdn" (i64.const 0x1000001000000001)) (f32.const 0x1p+60))
(assert_return (invoke "fcvt.s.l.rdn" (i64.const -0x1000001000000001)) (f32.const -0x1.000002p+60))

;; guest "fcvt.s.l.rup" (a0) -> (fa0)
;;   d0253553  fcvt.s.l fa0,a0,rup
(assert_return (invoke "fcvt.s.l.rup" (i64.const 0x8000000000000000)) (f32.const -0x1p+63))
(assert_return (invoke "fcvt.s.l.rup" (i64.const 0x7fffffffffffffff)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.l.rup" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.l.rup" (i64.const 0x1000001000000001)) (f32.const 0x1.000002p+60))
(assert_return (invoke "fcvt.s.l.rup" (i64.const -0x1000001000000001)) (f32.const -0x1p+60))

;; guest "fcvt.s.l.rmm" (a0) -> (fa0)
;;   d0254553  fcvt.s.l fa0,a0,rmm
(assert_return (invoke "fcvt.s.l.rmm" (i64.const 0x8000000000000000)) (f32.const -0x1p+63))
(assert_return (invoke "fcvt.s.l.rmm" (i64.const 0x7fffffffffffffff)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.l.rmm" (i64.const -1)) (f32.const -1))
(assert_return (invoke "fcvt.s.l.rmm" (i64.const 0x1000001000000001)) (f32.const 0x1.000002p+60))
(assert_return (invoke "fcvt.s.l.rmm" (i64.const -0x1000001000000001)) (f32.const -0x1.000002p+60))

;; guest "fcvt.s.lu" (a0) -> (fa0)
;;   d0357553  fcvt.s.lu fa0,a0
(assert_return (invoke "fcvt.s.lu" (i64.const -1)) (f32.const 0x1p+64))
(assert_return (invoke "fcvt.s.lu" (i64.const 0x8000000000000000)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu" (i64.const 0x8000008000000001)) (f32.const 0x1.000002p+63))
(assert_return (invoke "fcvt.s.lu" (i64.const 0x8000000000000401)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu" (i64.const 0x8000000000000400)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu" (i64.const 0)) (f32.const 0))

;; guest "fcvt.s.lu.rtz" (a0) -> (fa0)
;;   d0351553  fcvt.s.lu fa0,a0,rtz
(assert_return (invoke "fcvt.s.lu.rtz" (i64.const -1)) (f32.const 0x1.fffffep+63))
(assert_return (invoke "fcvt.s.lu.rtz" (i64.const 0x8000000000000000)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rtz" (i64.const 0x8000008000000001)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rtz" (i64.const 0x8000000000000401)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rtz" (i64.const 0x8000000000000400)) (f32.const 0x1p+63))

;; guest "fcvt.s.lu.rdn" (a0) -> (fa0)
;;   d0352553  fcvt.s.lu fa0,a0,rdn
(assert_return (invoke "fcvt.s.lu.rdn" (i64.const -1)) (f32.const 0x1.fffffep+63))
(assert_return (invoke "fcvt.s.lu.rdn" (i64.const 0x8000000000000000)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rdn" (i64.const 0x8000008000000001)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rdn" (i64.const 0x8000000000000401)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rdn" (i64.const 0x8000000000000400)) (f32.const 0x1p+63))

;; guest "fcvt.s.lu.rup" (a0) -> (fa0)
;;   d0353553  fcvt.s.lu fa0,a0,rup
(assert_return (invoke "fcvt.s.lu.rup" (i64.const -1)) (f32.const 0x1p+64))
(assert_return (invoke "fcvt.s.lu.rup" (i64.const 0x8000000000000000)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rup" (i64.const 0x8000008000000001)) (f32.const 0x1.000002p+63))
(assert_return (invoke "fcvt.s.lu.rup" (i64.const 0x8000000000000401)) (f32.const 0x1.000002p+63))
(assert_return (invoke "fcvt.s.lu.rup" (i64.const 0x8000000000000400)) (f32.const 0x1.000002p+63))

;; guest "fcvt.s.lu.rmm" (a0) -> (fa0)
;;   d0354553  fcvt.s.lu fa0,a0,rmm
(assert_return (invoke "fcvt.s.lu.rmm" (i64.const -1)) (f32.const 0x1p+64))
(assert_return (invoke "fcvt.s.lu.rmm" (i64.const 0x8000000000000000)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rmm" (i64.const 0x8000008000000001)) (f32.const 0x1.000002p+63))
(assert_return (invoke "fcvt.s.lu.rmm" (i64.const 0x8000000000000401)) (f32.const 0x1p+63))
(assert_return (invoke "fcvt.s.lu.rmm" (i64.const 0x8000000000000400)) (f32.const 0x1p+63))
