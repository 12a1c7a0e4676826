;; Singles in 64-bit registers: the upper half is all ones. A register that is not
;; such a box counts as the canonical NaN for operations on singles; moves, loads
;; and stores take bits as they are.

;; guest "flw" (a0) -> (fa0)
;;   00052507  flw fa0,0(a0)
(assert_return (invoke "flw" (i64.const 0x21000)) (i64.const 0xffffffff03020100))
(assert_return (invoke "flw" (i64.const 0x21080)) (i64.const 0xffffffff83828180))

;; guest "fld" (a0) -> (fa0)
;;   00053507  fld fa0,0(a0)
(assert_return (invoke "fld" (i64.const 0x21000)) (i64.const 0x0706050403020100))

;; guest "fmv.w.x" (a0) -> (fa0)
;;   f0050553  fmv.w.x fa0,a0
(assert_return (invoke "fmv.w.x" (i64.const 0x123456783f800000)) (f32.const 1))
(assert_return (invoke "fmv.w.x" (i64.const 0x7fa00001)) (f32.const nan:0x200001))
(assert_return (invoke "fmv.w.x" (i64.const -1)) (i64.const -1))

;; guest "fmv.x.w" (fa0) -> (a0)
;;   e0050553  fmv.x.w a0,fa0
(assert_return (invoke "fmv.x.w" (f32.const -1)) (i64.const 0xffffffffbf800000))
(assert_return (invoke "fmv.x.w" (i64.const 0x1234567880000000)) (i64.const 0xffffffff80000000))
(assert_return (invoke "fmv.x.w" (i64.const 0x12345678)) (i64.const 0x12345678))
(assert_return (invoke "fmv.x.w" (f32.const nan:0x200001)) (i64.const 0x7fa00001))

;; guest "fmv.d.x" (a0) -> (fa0)
;;   f2050553  fmv.d.x fa0,a0
(assert_return (invoke "fmv.d.x" (i64.const 0x7ff4000000000001)) (f64.const nan:0x4000000000001))
(assert_return (invoke "fmv.d.x" (i64.const -1)) (i64.const -1))

;; guest "fmv.x.d" (fa0) -> (a0)
;;   e2050553  fmv.x.d a0,fa0
(assert_return (invoke "fmv.x.d" (f32.const 1)) (i64.const 0xffffffff3f800000))
(assert_return (invoke "fmv.x.d" (f64.const nan:0x4000000000001)) (i64.const 0x7ff4000000000001))
(assert_return (invoke "fmv.x.d" (i64.const 0x8000000000000000)) (i64.const 0x8000000000000000))

;; guest "fsw" (fa0) -> (a0)
;;   1004b023  sd zero,256(s1)
;;   10a4a027  fsw fa0,256(s1)
;;   1004b503  ld a0,256(s1)
(assert_return (invoke "fsw" (f32.const -1)) (i64.const 0xbf800000))
(assert_return (invoke "fsw" (i64.const 0x1234567887654321)) (i64.const 0x87654321))
(assert_return (invoke "fsw" (f32.const nan:0x200001)) (i64.const 0x7fa00001))

;; guest "fsd" (fa0) -> (a0)
;;   10a4b027  fsd fa0,256(s1)
;;   1004b503  ld a0,256(s1)
(assert_return (invoke "fsd" (f32.const -1)) (i64.const 0xffffffffbf800000))
(assert_return (invoke "fsd" (f64.const nan:0x4000000000001)) (i64.const 0x7ff4000000000001))

;; A NaN passes through memory and registers unchanged.
;; guest "copy" (fa0) -> (fa1, fa2)
;;   10a4a027  fsw fa0,256(s1)
;;   1004a587  flw fa1,256(s1)
;;   10a4b027  fsd fa0,256(s1)
;;   1004b607  fld fa2,256(s1)
(assert_return (invoke "copy" (f32.const nan:0x200001))
  (f32.const nan:0x200001) (f32.const nan:0x200001))
(assert_return (invoke "copy" (f32.const -nan:0x400001))
  (f32.const -nan:0x400001) (f32.const -nan:0x400001))
(assert_return (invoke "copy" (i64.const 0x3f800000)) (f32.const 1) (i64.const 0x3f800000))

;; Each operation on a register that is no box.
;; guest "fadd.s" (fa0, fa1) -> (fa0)
;;   00b57553  fadd.s fa0,fa0,fa1
(assert_return (invoke "fadd.s" (f32.const 1) (f64.const 1)) (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (i64.const 0x3f800000) (f32.const 1)) (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (i64.const 0xfffffffe3f800000) (f32.const 1))
  (f32.const nan:canonical))
(assert_return (invoke "fadd.s" (i64.const 0xffffffff3f800000) (f32.const 1)) (f32.const 2))

;; guest "fmadd.s" (fa0, fa1, fa2) -> (fa0)
;;   60b57543  fmadd.s fa0,fa0,fa1,fa2
(assert_return (invoke "fmadd.s" (f32.const 1) (f32.const 1) (i64.const 0x3f800000))
  (f32.const nan:canonical))
(assert_return (invoke "fmadd.s" (f32.const 1) (f32.const 1) (f32.const 1)) (f32.const 2))

;; guest "fmv.s" (fa0) -> (fa1)
;;   20a505d3  fmv.s fa1,fa0
(assert_return (invoke "fmv.s" (i64.const 0x3f800000)) (f32.const nan:canonical))
(assert_return (invoke "fmv.s" (f32.const 1)) (f32.const 1))
(assert_return (invoke "fmv.s" (f32.const nan:0x200001)) (f32.const nan:0x200001))

;; guest "fneg.s" (fa0) -> (fa1)
;;   20a515d3  fneg.s fa1,fa0
(assert_return (invoke "fneg.s" (i64.const 0x3f800000)) (i64.const 0xffffffffffc00000))
(assert_return (invoke "fneg.s" (f32.const 1)) (f32.const -1))

;; guest "fsgnj.s" (fa0, fa1) -> (fa0)
;;   20b50553  fsgnj.s fa0,fa0,fa1
(assert_return (invoke "fsgnj.s" (f32.const 1) (i64.const 0xbf800000)) (f32.const 1))
(assert_return (invoke "fsgnj.s" (i64.const 0xbf800000) (f32.const -1))
  (i64.const 0xffffffffffc00000))

;; guest "fmin.s" (fa0, fa1) -> (fa0)
;;   28b50553  fmin.s fa0,fa0,fa1
(assert_return (invoke "fmin.s" (f32.const 1) (i64.const 0)) (f32.const 1))
(assert_return (invoke "fmin.s" (i64.const 0) (f32.const 1)) (f32.const 1))
(assert_return (invoke "fmin.s" (i64.const 0) (i64.const 0)) (f32.const nan:canonical))

;; guest "feq.s" (fa0, fa1) -> (a0)
;;   a0b52553  feq.s a0,fa0,fa1
(assert_return (invoke "feq.s" (i64.const 0x3f800000) (i64.const 0x3f800000)) (i64.const 0))
(assert_return (invoke "feq.s" (f32.const 1) (f32.const 1)) (i64.const 1))

;; guest "fclass.s" (fa0) -> (a0)
;;   e0051553  fclass.s a0,fa0
(assert_return (invoke "fclass.s" (i64.const 0x3f800000)) (i64.const 512))
(assert_return (invoke "fclass.s" (f32.const 1)) (i64.const 64))

;; guest "fcvt.w.s" (fa0) -> (a0)
;;   c0051553  fcvt.w.s a0,fa0,rtz
(assert_return (invoke "fcvt.w.s" (i64.const 0x3f800000)) (i64.const 0x7fffffff))
(assert_return (invoke "fcvt.w.s" (f32.const 1)) (i64.const 1))

;; guest "fcvt.d.s" (fa0) -> (fa0)
;;   42050553  fcvt.d.s fa0,fa0
(assert_return (invoke "fcvt.d.s" (i64.const 0x3f800000)) (f64.const nan:canonical))
(assert_return (invoke "fcvt.d.s" (f64.const 1)) (f64.const nan:canonical))

;; guest "fsqrt.s" (fa0) -> (fa0)
;;   58057553  fsqrt.s fa0,fa0
(assert_return (invoke "fsqrt.s" (i64.const 0x40800000)) (f32.const nan:canonical))
(assert_return (invoke "fsqrt.s" (f32.const 4)) (f32.const 2))

;; A double's operation on a box sees a NaN, and gives the canonical one.
;; guest "fadd.d" (fa0) -> (fa0)
;;   02a57553  fadd.d fa0,fa0,fa0
(assert_return (invoke "fadd.d" (f32.const 1)) (f64.const nan:canonical))

;; guest "fmv.d" (fa0) -> (fa1)
;;   22a505d3  fmv.d fa1,fa0
(assert_return (invoke "fmv.d" (f32.const 1)) (f32.const 1))
(assert_return (invoke "fmv.d" (f64.const nan:0x4000000000001)) (f64.const nan:0x4000000000001))

;; The result of one width, looked at as the other.
;; guest "widths" (fa0, fa1) -> (fa2, a0)
;;   00b57653  fadd.s fa2,fa0,fa1
;;   e2060553  fmv.x.d a0,fa2
(assert_return (invoke "widths" (f32.const 1) (f32.const 2))
  (f32.const 3) (i64.const 0xffffffff40400000))

;; guest "widths.join" (a0, fa0, fa1) -> (fa2)
;;   22b58653  fmv.d fa2,fa1
;;   00050463  beqz a0,0x1000c
;;   00a57653  fadd.s fa2,fa0,fa0
(assert_return (invoke "widths.join" (i64.const 0) (f32.const 1) (f64.const 7)) (f64.const 7))
(assert_return (invoke "widths.join" (i64.const 1) (f32.const 1) (f64.const 7)) (f32.const 2))
