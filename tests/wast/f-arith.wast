;; F: arithmetic of singles, rounding to nearest, even. Every NaN that comes out is the
;; canonical one, whatever went in.

;; guest "fadd.s" (fa0, fa1) -> (fa0)
;;   00b57553  fadd.s fa0,fa0,fa1
(assert_return (invoke "fadd.s" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (f32.const nan:0x400001) (f32.const 1)) (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (f32.const 1) (f32.const nan:0x200000)) (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (f32.const -nan:0x400001) (f32.const -nan:0x400001))
  (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (f32.const 0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const inf))
(assert_return (invoke "fadd.s" (f32.const 0x1p-149) (f32.const 0x1p-149)) (f32.const 0x1p-148))
(assert_return (invoke "fadd.s" (f32.const 0x1p-126) (f32.const -0x1p-149))
  (f32.const 0x1.fffffcp-127))
(assert_return (invoke "fadd.s" (f32.const 0) (f32.const -0)) (f32.const 0))
(assert_return (invoke "fadd.s" (f32.const -0) (f32.const -0)) (f32.const -0))
(assert_return (invoke "fadd.s" (f32.const 1) (f32.const -1)) (f32.const 0))
;; A tie goes to the even neighbour.
(assert_return (invoke "fadd.s" (f32.const 1) (f32.const 0x1p-24)) (f32.const 1))
(assert_return (invoke "fadd.s" (f32.const 0x1.000002p+0) (f32.const 0x1p-24))
  (f32.const 0x1.000004p+0))
(assert_return (invoke "fadd.s" (f32.const inf) (f32.const 1)) (f32.const inf))

;; guest "fsub.s" (fa0, fa1) -> (fa0)
;;   08b57553  fsub.s fa0,fa0,fa1
(assert_return (invoke "fsub.s" (f32.const inf) (f32.const inf)) (f32.const nan:canonical))
(assert_return (invoke "fsub.s" (f32.const 0) (f32.const 0)) (f32.const 0))
(assert_return (invoke "fsub.s" (f32.const -0) (f32.const 0)) (f32.const -0))
(assert_return (invoke "fsub.s" (f32.const nan:0x200000) (f32.const nan:0x200000))
  (f32.const nan:canonical))
(assert_return (invoke "fsub.s" (f32.const -0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const -inf))
(assert_return (invoke "fsub.s" (f32.const 0x1p-126) (f32.const 0x1p-149))
  (f32.const 0x1.fffffcp-127))
(assert_return (invoke "fsub.s" (f32.const 1) (f32.const -inf)) (f32.const inf))

;; guest "fmul.s" (fa0, fa1) -> (fa0)
;;   10b57553  fmul.s fa0,fa0,fa1
(assert_return (invoke "fmul.s" (f32.const 0) (f32.const inf)) (f32.const nan:canonical))
(assert_return (invoke "fmul.s" (f32.const -inf) (f32.const -0)) (f32.const nan:canonical))
(assert_return (invoke "fmul.s" (f32.const 0x1p-149) (f32.const 0.5)) (f32.const 0))
(assert_return (invoke "fmul.s" (f32.const 0x1p-149) (f32.const -0.5)) (f32.const -0))
(assert_return (invoke "fmul.s" (f32.const 0x1p-149) (f32.const 0.75)) (f32.const 0x1p-149))
(assert_return (invoke "fmul.s" (f32.const 0x1.fffffep+127) (f32.const 2)) (f32.const inf))
(assert_return (invoke "fmul.s" (f32.const -0) (f32.const 5)) (f32.const -0))
(assert_return (invoke "fmul.s" (f32.const 0x1.000002p+0) (f32.const 0x1.000002p+0))
  (f32.const 0x1.000004p+0))
(assert_return (invoke "fmul.s" (f32.const -nan:0x400001) (f32.const 0)) (f32.const nan:canonical))

;; guest "fdiv.s" (fa0, fa1) -> (fa0)
;;   18b57553  fdiv.s fa0,fa0,fa1
(assert_return (invoke "fdiv.s" (f32.const 0) (f32.const 0)) (f32.const nan:canonical))
(assert_return (invoke "fdiv.s" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))
(assert_return (invoke "fdiv.s" (f32.const 1) (f32.const 0)) (f32.const inf))
(assert_return (invoke "fdiv.s" (f32.const 1) (f32.const -0)) (f32.const -inf))
(assert_return (invoke "fdiv.s" (f32.const -1) (f32.const 0)) (f32.const -inf))
(assert_return (invoke "fdiv.s" (f32.const 1) (f32.const inf)) (f32.const 0))
(assert_return (invoke "fdiv.s" (f32.const -1) (f32.const inf)) (f32.const -0))
(assert_return (invoke "fdiv.s" (f32.const 0x1p-126) (f32.const 2)) (f32.const 0x1p-127))
(assert_return (invoke "fdiv.s" (f32.const 1) (f32.const 3)) (f32.const 0x1.555556p-2))
(assert_return (invoke "fdiv.s" (f32.const 0x1.fffffep+127) (f32.const 0.5)) (f32.const inf))
(assert_return (invoke "fdiv.s" (f32.const nan:0x400001) (f32.const 1)) (f32.const nan:canonical))

;; guest "fsqrt.s" (fa0) -> (fa0)
;;   58057553  fsqrt.s fa0,fa0
(assert_return (invoke "fsqrt.s" (f32.const -1)) (f32.const nan:canonical))
(assert_return (invoke "fsqrt.s" (f32.const -0)) (f32.const -0))
(assert_return (invoke "fsqrt.s" (f32.const 0)) (f32.const 0))
(assert_return (invoke "fsqrt.s" (f32.const inf)) (f32.const inf))
(assert_return (invoke "fsqrt.s" (f32.const -inf)) (f32.const nan:canonical))
(assert_return (invoke "fsqrt.s" (f32.const 4)) (f32.const 2))
(assert_return (invoke "fsqrt.s" (f32.const nan:0x200000)) (f32.const nan:canonical))
(assert_return (invoke "fsqrt.s" (f32.const 2)) (f32.const 0x1.6a09e6p+0))
(assert_return (invoke "fsqrt.s" (f32.const 0x1p-149)) (f32.const 0x1.6a09e6p-75))
(assert_return (invoke "fsqrt.s" (f32.const -0x1p-149)) (f32.const nan:canonical))

;; The bits of a NaN show wherever they can be looked at.
;; guest "bits.s" (fa0, fa1) -> (a0)
;;   08b57553  fsub.s fa0,fa0,fa1
;;   e0050553  fmv.x.w a0,fa0
(assert_return (invoke "bits.s" (f32.const inf) (f32.const inf)) (i64.const 0x7fc00000))
(assert_return (invoke "bits.s" (f32.const -nan:0x400001) (f32.const 1)) (i64.const 0x7fc00000))
(assert_return (invoke "bits.s" (f32.const 1) (f32.const 3)) (i64.const 0xffffffffc0000000))

;; guest "stored.s" (fa0, fa1) -> (a0)
;;   18b57553  fdiv.s fa0,fa0,fa1
;;   10a4a027  fsw fa0,256(s1)
;;   1004b503  ld a0,256(s1)
(assert_return (invoke "stored.s" (f32.const 0) (f32.const -0)) (i64.const 0x7fc00000))
(assert_return (invoke "stored.s" (f32.const -1) (f32.const 2)) (i64.const 0xbf000000))

;; A copied sign of a NaN is the canonical NaN's.
;; guest "sign.s" (fa0, fa1) -> (fa0)
;;   08a57553  fsub.s fa0,fa0,fa0
;;   20a58553  fsgnj.s fa0,fa1,fa0
(assert_return (invoke "sign.s" (f32.const inf) (f32.const -1)) (f32.const 1))
(assert_return (invoke "sign.s" (f32.const 1) (f32.const -1)) (f32.const 1))

;; The destination may be a source, and both may be one.
;; guest "overlap.s" (fa0, fa1) -> (fa0, fa1)
;;   00b575d3  fadd.s fa1,fa0,fa1
;;   10b5f553  fmul.s fa0,fa1,fa1
(assert_return (invoke "overlap.s" (f32.const 1) (f32.const 2)) (f32.const 9) (f32.const 3))
