;; D: arithmetic of doubles, rounding to nearest, even. Every NaN that comes out is the
;; canonical one, whatever went in.

;; guest "fadd.d" (fa0, fa1) -> (fa0)
;;   02b57553  fadd.d fa0,fa0,fa1
(assert_return (invoke "fadd.d" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))
(assert_return (invoke "fadd.d" (f64.const nan:0x8000000000001) (f64.const 1))
  (f64.const nan:canonical))
(assert_return (invoke "fadd.d" (f64.const 1) (f64.const nan:0x4000000000000))
  (f64.const nan:canonical))
(assert_return (invoke "fadd.d" (f64.const -nan:0x8000000000001) (f64.const -nan:0x8000000000001))
  (f64.const nan:canonical))
(assert_return (invoke "fadd.d" (f64.const 0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const inf))
(assert_return (invoke "fadd.d" (f64.const 0x1p-1074) (f64.const 0x1p-1074)) (f64.const 0x1p-1073))
(assert_return (invoke "fadd.d" (f64.const 0x1p-1022) (f64.const -0x1p-1074))
  (f64.const 0x1.ffffffffffffep-1023))
(assert_return (invoke "fadd.d" (f64.const 0) (f64.const -0)) (f64.const 0))
(assert_return (invoke "fadd.d" (f64.const -0) (f64.const -0)) (f64.const -0))
(assert_return (invoke "fadd.d" (f64.const 1) (f64.const -1)) (f64.const 0))
;; A tie goes to the even neighbour.
(assert_return (invoke "fadd.d" (f64.const 1) (f64.const 0x1p-53)) (f64.const 1))
(assert_return (invoke "fadd.d" (f64.const 0x1.0000000000001p+0) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000002p+0))
(assert_return (invoke "fadd.d" (f64.const inf) (f64.const 1)) (f64.const inf))

;; guest "fsub.d" (fa0, fa1) -> (fa0)
;;   0ab57553  fsub.d fa0,fa0,fa1
(assert_return (invoke "fsub.d" (f64.const inf) (f64.const inf)) (f64.const nan:canonical))
(assert_return (invoke "fsub.d" (f64.const 0) (f64.const 0)) (f64.const 0))
(assert_return (invoke "fsub.d" (f64.const -0) (f64.const 0)) (f64.const -0))
(assert_return (invoke "fsub.d" (f64.const nan:0x4000000000000) (f64.const nan:0x4000000000000))
  (f64.const nan:canonical))
(assert_return (invoke "fsub.d" (f64.const -0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const -inf))
(assert_return (invoke "fsub.d" (f64.const 0x1p-1022) (f64.const 0x1p-1074))
  (f64.const 0x1.ffffffffffffep-1023))
(assert_return (invoke "fsub.d" (f64.const 1) (f64.const -inf)) (f64.const inf))

;; guest "fmul.d" (fa0, fa1) -> (fa0)
;;   12b57553  fmul.d fa0,fa0,fa1
(assert_return (invoke "fmul.d" (f64.const 0) (f64.const inf)) (f64.const nan:canonical))
(assert_return (invoke "fmul.d" (f64.const -inf) (f64.const -0)) (f64.const nan:canonical))
(assert_return (invoke "fmul.d" (f64.const 0x1p-1074) (f64.const 0.5)) (f64.const 0))
(assert_return (invoke "fmul.d" (f64.const 0x1p-1074) (f64.const -0.5)) (f64.const -0))
(assert_return (invoke "fmul.d" (f64.const 0x1p-1074) (f64.const 0.75)) (f64.const 0x1p-1074))
(assert_return (invoke "fmul.d" (f64.const 0x1.fffffffffffffp+1023) (f64.const 2)) (f64.const inf))
(assert_return (invoke "fmul.d" (f64.const -0) (f64.const 5)) (f64.const -0))
(assert_return (invoke "fmul.d" (f64.const 0x1.0000000000001p+0) (f64.const 0x1.0000000000001p+0))
  (f64.const 0x1.0000000000002p+0))
(assert_return (invoke "fmul.d" (f64.const -nan:0x8000000000001) (f64.const 0))
  (f64.const nan:canonical))

;; guest "fdiv.d" (fa0, fa1) -> (fa0)
;;   1ab57553  fdiv.d fa0,fa0,fa1
(assert_return (invoke "fdiv.d" (f64.const 0) (f64.const 0)) (f64.const nan:canonical))
(assert_return (invoke "fdiv.d" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))
(assert_return (invoke "fdiv.d" (f64.const 1) (f64.const 0)) (f64.const inf))
(assert_return (invoke "fdiv.d" (f64.const 1) (f64.const -0)) (f64.const -inf))
(assert_return (invoke "fdiv.d" (f64.const -1) (f64.const 0)) (f64.const -inf))
(assert_return (invoke "fdiv.d" (f64.const 1) (f64.const inf)) (f64.const 0))
(assert_return (invoke "fdiv.d" (f64.const -1) (f64.const inf)) (f64.const -0))
(assert_return (invoke "fdiv.d" (f64.const 0x1p-1022) (f64.const 2)) (f64.const 0x1p-1023))
(assert_return (invoke "fdiv.d" (f64.const 1) (f64.const 3)) (f64.const 0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d" (f64.const 0x1.fffffffffffffp+1023) (f64.const 0.5))
  (f64.const inf))
(assert_return (invoke "fdiv.d" (f64.const nan:0x8000000000001) (f64.const 1))
  (f64.const nan:canonical))

;; guest "fsqrt.d" (fa0) -> (fa0)
;;   5a057553  fsqrt.d fa0,fa0
(assert_return (invoke "fsqrt.d" (f64.const -1)) (f64.const nan:canonical))
(assert_return (invoke "fsqrt.d" (f64.const -0)) (f64.const -0))
(assert_return (invoke "fsqrt.d" (f64.const 0)) (f64.const 0))
(assert_return (invoke "fsqrt.d" (f64.const inf)) (f64.const inf))
(assert_return (invoke "fsqrt.d" (f64.const -inf)) (f64.const nan:canonical))
(assert_return (invoke "fsqrt.d" (f64.const 4)) (f64.const 2))
(assert_return (invoke "fsqrt.d" (f64.const nan:0x4000000000000)) (f64.const nan:canonical))
(assert_return (invoke "fsqrt.d" (f64.const 2)) (f64.const 0x1.6a09e667f3bcdp+0))
(assert_return (invoke "fsqrt.d" (f64.const 0x1p-1074)) (f64.const 0x1p-537))
(assert_return (invoke "fsqrt.d" (f64.const -0x1p-1074)) (f64.const nan:canonical))

;; The bits of a NaN show wherever they can be looked at.
;; guest "bits.d" (fa0, fa1) -> (a0)
;;   0ab57553  fsub.d fa0,fa0,fa1
;;   e2050553  fmv.x.d a0,fa0
(assert_return (invoke "bits.d" (f64.const inf) (f64.const inf)) (i64.const 0x7ff8000000000000))
(assert_return (invoke "bits.d" (f64.const -nan:0x8000000000001) (f64.const 1))
  (i64.const 0x7ff8000000000000))
(assert_return (invoke "bits.d" (f64.const 1) (f64.const 3)) (i64.const 0xc000000000000000))

;; guest "stored.d" (fa0, fa1) -> (a0)
;;   1ab57553  fdiv.d fa0,fa0,fa1
;;   10a4b027  fsd fa0,256(s1)
;;   1004b503  ld a0,256(s1)
(assert_return (invoke "stored.d" (f64.const 0) (f64.const -0)) (i64.const 0x7ff8000000000000))
(assert_return (invoke "stored.d" (f64.const -1) (f64.const 2)) (i64.const 0xbfe0000000000000))

;; A copied sign of a NaN is the canonical NaN's.
;; guest "sign.d" (fa0, fa1) -> (fa0)
;;   0aa57553  fsub.d fa0,fa0,fa0
;;   22a58553  fsgnj.d fa0,fa1,fa0
(assert_return (invoke "sign.d" (f64.const inf) (f64.const -1)) (f64.const 1))
(assert_return (invoke "sign.d" (f64.const 1) (f64.const -1)) (f64.const 1))

;; The destination may be a source, and both may be one.
;; guest "overlap.d" (fa0, fa1) -> (fa0, fa1)
;;   02b575d3  fadd.d fa1,fa0,fa1
;;   12b5f553  fmul.d fa0,fa1,fa1
(assert_return (invoke "overlap.d" (f64.const 1) (f64.const 2)) (f64.const 9) (f64.const 3))
