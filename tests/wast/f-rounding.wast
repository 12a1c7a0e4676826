;; F: rounding modes in the instruction. `rne` is to nearest, even; `rtz` to zero; `rdn`
;; down; `rup` up; `rmm` to nearest, ties away from zero.

;; guest "fadd.s.rne" (fa0, fa1) -> (fa0)
;;   00b50553  fadd.s fa0,fa0,fa1,rne
(assert_return (invoke "fadd.s.rne" (f32.const 1) (f32.const 0x1p-24)) (f32.const 1))
(assert_return (invoke "fadd.s.rne" (f32.const -1) (f32.const -0x1p-24)) (f32.const -1))
(assert_return (invoke "fadd.s.rne" (f32.const 0x1.000002p+0) (f32.const 0x1p-24))
  (f32.const 0x1.000004p+0))
(assert_return (invoke "fadd.s.rne" (f32.const 0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const inf))
(assert_return (invoke "fadd.s.rne" (f32.const -0x1.fffffep+127) (f32.const -0x1.fffffep+127))
  (f32.const -inf))
(assert_return (invoke "fadd.s.rne" (f32.const 1) (f32.const -1)) (f32.const 0))
(assert_return (invoke "fadd.s.rne" (f32.const -0) (f32.const -0)) (f32.const -0))
(assert_return (invoke "fadd.s.rne" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))

;; guest "fadd.s.rtz" (fa0, fa1) -> (fa0)
;;   00b51553  fadd.s fa0,fa0,fa1,rtz
(assert_return (invoke "fadd.s.rtz" (f32.const 1) (f32.const 0x1p-24)) (f32.const 1))
(assert_return (invoke "fadd.s.rtz" (f32.const -1) (f32.const -0x1p-24)) (f32.const -1))
(assert_return (invoke "fadd.s.rtz" (f32.const 0x1.000002p+0) (f32.const 0x1p-24))
  (f32.const 0x1.000002p+0))
(assert_return (invoke "fadd.s.rtz" (f32.const 0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const 0x1.fffffep+127))
(assert_return (invoke "fadd.s.rtz" (f32.const -0x1.fffffep+127) (f32.const -0x1.fffffep+127))
  (f32.const -0x1.fffffep+127))
(assert_return (invoke "fadd.s.rtz" (f32.const 1) (f32.const -1)) (f32.const 0))
(assert_return (invoke "fadd.s.rtz" (f32.const -0) (f32.const -0)) (f32.const -0))
(assert_return (invoke "fadd.s.rtz" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))

;; guest "fadd.s.rdn" (fa0, fa1) -> (fa0)
;;   00b52553  fadd.s fa0,fa0,fa1,rdn
(assert_return (invoke "fadd.s.rdn" (f32.const 1) (f32.const 0x1p-24)) (f32.const 1))
(assert_return (invoke "fadd.s.rdn" (f32.const -1) (f32.const -0x1p-24)) (f32.const -0x1.000002p+0))
(assert_return (invoke "fadd.s.rdn" (f32.const 0x1.000002p+0) (f32.const 0x1p-24))
  (f32.const 0x1.000002p+0))
(assert_return (invoke "fadd.s.rdn" (f32.const 0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const 0x1.fffffep+127))
(assert_return (invoke "fadd.s.rdn" (f32.const -0x1.fffffep+127) (f32.const -0x1.fffffep+127))
  (f32.const -inf))
(assert_return (invoke "fadd.s.rdn" (f32.const 1) (f32.const -1)) (f32.const -0))
(assert_return (invoke "fadd.s.rdn" (f32.const -0) (f32.const -0)) (f32.const -0))
(assert_return (invoke "fadd.s.rdn" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))

;; guest "fadd.s.rup" (fa0, fa1) -> (fa0)
;;   00b53553  fadd.s fa0,fa0,fa1,rup
(assert_return (invoke "fadd.s.rup" (f32.const 1) (f32.const 0x1p-24)) (f32.const 0x1.000002p+0))
(assert_return (invoke "fadd.s.rup" (f32.const -1) (f32.const -0x1p-24)) (f32.const -1))
(assert_return (invoke "fadd.s.rup" (f32.const 0x1.000002p+0) (f32.const 0x1p-24))
  (f32.const 0x1.000004p+0))
(assert_return (invoke "fadd.s.rup" (f32.const 0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const inf))
(assert_return (invoke "fadd.s.rup" (f32.const -0x1.fffffep+127) (f32.const -0x1.fffffep+127))
  (f32.const -0x1.fffffep+127))
(assert_return (invoke "fadd.s.rup" (f32.const 1) (f32.const -1)) (f32.const 0))
(assert_return (invoke "fadd.s.rup" (f32.const -0) (f32.const -0)) (f32.const -0))
(assert_return (invoke "fadd.s.rup" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))

;; guest "fadd.s.rmm" (fa0, fa1) -> (fa0)
;;   00b54553  fadd.s fa0,fa0,fa1,rmm
(assert_return (invoke "fadd.s.rmm" (f32.const 1) (f32.const 0x1p-24)) (f32.const 0x1.000002p+0))
(assert_return (invoke "fadd.s.rmm" (f32.const -1) (f32.const -0x1p-24)) (f32.const -0x1.000002p+0))
(assert_return (invoke "fadd.s.rmm" (f32.const 0x1.000002p+0) (f32.const 0x1p-24))
  (f32.const 0x1.000004p+0))
(assert_return (invoke "fadd.s.rmm" (f32.const 0x1.fffffep+127) (f32.const 0x1.fffffep+127))
  (f32.const inf))
(assert_return (invoke "fadd.s.rmm" (f32.const -0x1.fffffep+127) (f32.const -0x1.fffffep+127))
  (f32.const -inf))
(assert_return (invoke "fadd.s.rmm" (f32.const 1) (f32.const -1)) (f32.const 0))
(assert_return (invoke "fadd.s.rmm" (f32.const -0) (f32.const -0)) (f32.const -0))
(assert_return (invoke "fadd.s.rmm" (f32.const inf) (f32.const -inf)) (f32.const nan:canonical))

;; guest "fsub.s.rtz" (fa0, fa1) -> (fa0)
;;   08b51553  fsub.s fa0,fa0,fa1,rtz
(assert_return (invoke "fsub.s.rtz" (f32.const 1) (f32.const 1)) (f32.const 0))
(assert_return (invoke "fsub.s.rtz" (f32.const 1) (f32.const 0x1p-149)) (f32.const 0x1.fffffep-1))

;; guest "fmul.s.rtz" (fa0, fa1) -> (fa0)
;;   10b51553  fmul.s fa0,fa0,fa1,rtz
(assert_return (invoke "fmul.s.rtz" (f32.const 0x1p-149) (f32.const 0.5)) (f32.const 0))
(assert_return (invoke "fmul.s.rtz" (f32.const -0x1p-149) (f32.const 0.5)) (f32.const -0))
(assert_return (invoke "fmul.s.rtz" (f32.const 0x1.fffffep+127) (f32.const 2))
  (f32.const 0x1.fffffep+127))

;; guest "fdiv.s.rtz" (fa0, fa1) -> (fa0)
;;   18b51553  fdiv.s fa0,fa0,fa1,rtz
(assert_return (invoke "fdiv.s.rtz" (f32.const 1) (f32.const 3)) (f32.const 0x1.555554p-2))
(assert_return (invoke "fdiv.s.rtz" (f32.const -1) (f32.const 3)) (f32.const -0x1.555554p-2))
(assert_return (invoke "fdiv.s.rtz" (f32.const 1) (f32.const 0)) (f32.const inf))
(assert_return (invoke "fdiv.s.rtz" (f32.const 0) (f32.const 0)) (f32.const nan:canonical))

;; guest "fsqrt.s.rtz" (fa0) -> (fa0)
;;   58051553  fsqrt.s fa0,fa0,rtz
(assert_return (invoke "fsqrt.s.rtz" (f32.const 2)) (f32.const 0x1.6a09e6p+0))
(assert_return (invoke "fsqrt.s.rtz" (f32.const 4)) (f32.const 2))
(assert_return (invoke "fsqrt.s.rtz" (f32.const -0)) (f32.const -0))
(assert_return (invoke "fsqrt.s.rtz" (f32.const -1)) (f32.const nan:canonical))

;; guest "fmadd.s.rtz" (fa0, fa1, fa2) -> (fa0)
;;   60b51543  fmadd.s fa0,fa0,fa1,fa2,rtz
(assert_return (invoke "fmadd.s.rtz" (f32.const 0x1.000002p+0) (f32.const 0x1.fffffep-1)
    (f32.const -1))
  (f32.const 0x1.fffffcp-25))
(assert_return (invoke "fmadd.s.rtz" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const 1))
(assert_return (invoke "fmadd.s.rtz" (f32.const -1) (f32.const 1) (f32.const -0x1p-149))
  (f32.const -1))
(assert_return (invoke "fmadd.s.rtz" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const 0))

;; guest "fnmadd.s.rtz" (fa0, fa1, fa2) -> (fa0)
;;   60b5154f  fnmadd.s fa0,fa0,fa1,fa2,rtz
(assert_return (invoke "fnmadd.s.rtz" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const -1))
(assert_return (invoke "fnmadd.s.rtz" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const 0))

;; guest "fsub.s.rdn" (fa0, fa1) -> (fa0)
;;   08b52553  fsub.s fa0,fa0,fa1,rdn
(assert_return (invoke "fsub.s.rdn" (f32.const 1) (f32.const 1)) (f32.const -0))
(assert_return (invoke "fsub.s.rdn" (f32.const 1) (f32.const 0x1p-149)) (f32.const 0x1.fffffep-1))

;; guest "fmul.s.rdn" (fa0, fa1) -> (fa0)
;;   10b52553  fmul.s fa0,fa0,fa1,rdn
(assert_return (invoke "fmul.s.rdn" (f32.const 0x1p-149) (f32.const 0.5)) (f32.const 0))
(assert_return (invoke "fmul.s.rdn" (f32.const -0x1p-149) (f32.const 0.5)) (f32.const -0x1p-149))
(assert_return (invoke "fmul.s.rdn" (f32.const 0x1.fffffep+127) (f32.const 2))
  (f32.const 0x1.fffffep+127))

;; guest "fdiv.s.rdn" (fa0, fa1) -> (fa0)
;;   18b52553  fdiv.s fa0,fa0,fa1,rdn
(assert_return (invoke "fdiv.s.rdn" (f32.const 1) (f32.const 3)) (f32.const 0x1.555554p-2))
(assert_return (invoke "fdiv.s.rdn" (f32.const -1) (f32.const 3)) (f32.const -0x1.555556p-2))
(assert_return (invoke "fdiv.s.rdn" (f32.const 1) (f32.const 0)) (f32.const inf))
(assert_return (invoke "fdiv.s.rdn" (f32.const 0) (f32.const 0)) (f32.const nan:canonical))

;; guest "fsqrt.s.rdn" (fa0) -> (fa0)
;;   58052553  fsqrt.s fa0,fa0,rdn
(assert_return (invoke "fsqrt.s.rdn" (f32.const 2)) (f32.const 0x1.6a09e6p+0))
(assert_return (invoke "fsqrt.s.rdn" (f32.const 4)) (f32.const 2))
(assert_return (invoke "fsqrt.s.rdn" (f32.const -0)) (f32.const -0))
(assert_return (invoke "fsqrt.s.rdn" (f32.const -1)) (f32.const nan:canonical))

;; guest "fmadd.s.rdn" (fa0, fa1, fa2) -> (fa0)
;;   60b52543  fmadd.s fa0,fa0,fa1,fa2,rdn
(assert_return (invoke "fmadd.s.rdn" (f32.const 0x1.000002p+0) (f32.const 0x1.fffffep-1)
    (f32.const -1))
  (f32.const 0x1.fffffcp-25))
(assert_return (invoke "fmadd.s.rdn" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const 1))
(assert_return (invoke "fmadd.s.rdn" (f32.const -1) (f32.const 1) (f32.const -0x1p-149))
  (f32.const -0x1.000002p+0))
(assert_return (invoke "fmadd.s.rdn" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const -0))

;; guest "fnmadd.s.rdn" (fa0, fa1, fa2) -> (fa0)
;;   60b5254f  fnmadd.s fa0,fa0,fa1,fa2,rdn
(assert_return (invoke "fnmadd.s.rdn" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const -0x1.000002p+0))
(assert_return (invoke "fnmadd.s.rdn" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const -0))

;; guest "fsub.s.rup" (fa0, fa1) -> (fa0)
;;   08b53553  fsub.s fa0,fa0,fa1,rup
(assert_return (invoke "fsub.s.rup" (f32.const 1) (f32.const 1)) (f32.const 0))
(assert_return (invoke "fsub.s.rup" (f32.const 1) (f32.const 0x1p-149)) (f32.const 1))

;; guest "fmul.s.rup" (fa0, fa1) -> (fa0)
;;   10b53553  fmul.s fa0,fa0,fa1,rup
(assert_return (invoke "fmul.s.rup" (f32.const 0x1p-149) (f32.const 0.5)) (f32.const 0x1p-149))
(assert_return (invoke "fmul.s.rup" (f32.const -0x1p-149) (f32.const 0.5)) (f32.const -0))
(assert_return (invoke "fmul.s.rup" (f32.const 0x1.fffffep+127) (f32.const 2)) (f32.const inf))

;; guest "fdiv.s.rup" (fa0, fa1) -> (fa0)
;;   18b53553  fdiv.s fa0,fa0,fa1,rup
(assert_return (invoke "fdiv.s.rup" (f32.const 1) (f32.const 3)) (f32.const 0x1.555556p-2))
(assert_return (invoke "fdiv.s.rup" (f32.const -1) (f32.const 3)) (f32.const -0x1.555554p-2))
(assert_return (invoke "fdiv.s.rup" (f32.const 1) (f32.const 0)) (f32.const inf))
(assert_return (invoke "fdiv.s.rup" (f32.const 0) (f32.const 0)) (f32.const nan:canonical))

;; guest "fsqrt.s.rup" (fa0) -> (fa0)
;;   58053553  fsqrt.s fa0,fa0,rup
(assert_return (invoke "fsqrt.s.rup" (f32.const 2)) (f32.const 0x1.6a09e8p+0))
(assert_return (invoke "fsqrt.s.rup" (f32.const 4)) (f32.const 2))
(assert_return (invoke "fsqrt.s.rup" (f32.const -0)) (f32.const -0))
(assert_return (invoke "fsqrt.s.rup" (f32.const -1)) (f32.const nan:canonical))

;; guest "fmadd.s.rup" (fa0, fa1, fa2) -> (fa0)
;;   60b53543  fmadd.s fa0,fa0,fa1,fa2,rup
(assert_return (invoke "fmadd.s.rup" (f32.const 0x1.000002p+0) (f32.const 0x1.fffffep-1)
    (f32.const -1))
  (f32.const 0x1.fffffcp-25))
(assert_return (invoke "fmadd.s.rup" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const 0x1.000002p+0))
(assert_return (invoke "fmadd.s.rup" (f32.const -1) (f32.const 1) (f32.const -0x1p-149))
  (f32.const -1))
(assert_return (invoke "fmadd.s.rup" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const 0))

;; guest "fnmadd.s.rup" (fa0, fa1, fa2) -> (fa0)
;;   60b5354f  fnmadd.s fa0,fa0,fa1,fa2,rup
(assert_return (invoke "fnmadd.s.rup" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const -1))
(assert_return (invoke "fnmadd.s.rup" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const 0))

;; guest "fsub.s.rmm" (fa0, fa1) -> (fa0)
;;   08b54553  fsub.s fa0,fa0,fa1,rmm
(assert_return (invoke "fsub.s.rmm" (f32.const 1) (f32.const 1)) (f32.const 0))
(assert_return (invoke "fsub.s.rmm" (f32.const 1) (f32.const 0x1p-149)) (f32.const 1))

;; guest "fmul.s.rmm" (fa0, fa1) -> (fa0)
;;   10b54553  fmul.s fa0,fa0,fa1,rmm
(assert_return (invoke "fmul.s.rmm" (f32.const 0x1p-149) (f32.const 0.5)) (f32.const 0x1p-149))
(assert_return (invoke "fmul.s.rmm" (f32.const -0x1p-149) (f32.const 0.5)) (f32.const -0x1p-149))
(assert_return (invoke "fmul.s.rmm" (f32.const 0x1.fffffep+127) (f32.const 2)) (f32.const inf))

;; guest "fdiv.s.rmm" (fa0, fa1) -> (fa0)
;;   18b54553  fdiv.s fa0,fa0,fa1,rmm
(assert_return (invoke "fdiv.s.rmm" (f32.const 1) (f32.const 3)) (f32.const 0x1.555556p-2))
(assert_return (invoke "fdiv.s.rmm" (f32.const -1) (f32.const 3)) (f32.const -0x1.555556p-2))
(assert_return (invoke "fdiv.s.rmm" (f32.const 1) (f32.const 0)) (f32.const inf))
(assert_return (invoke "fdiv.s.rmm" (f32.const 0) (f32.const 0)) (f32.const nan:canonical))

;; guest "fsqrt.s.rmm" (fa0) -> (fa0)
;;   58054553  fsqrt.s fa0,fa0,rmm
(assert_return (invoke "fsqrt.s.rmm" (f32.const 2)) (f32.const 0x1.6a09e6p+0))
(assert_return (invoke "fsqrt.s.rmm" (f32.const 4)) (f32.const 2))
(assert_return (invoke "fsqrt.s.rmm" (f32.const -0)) (f32.const -0))
(assert_return (invoke "fsqrt.s.rmm" (f32.const -1)) (f32.const nan:canonical))

;; guest "fmadd.s.rmm" (fa0, fa1, fa2) -> (fa0)
;;   60b54543  fmadd.s fa0,fa0,fa1,fa2,rmm
(assert_return (invoke "fmadd.s.rmm" (f32.const 0x1.000002p+0) (f32.const 0x1.fffffep-1)
    (f32.const -1))
  (f32.const 0x1.fffffcp-25))
(assert_return (invoke "fmadd.s.rmm" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const 1))
(assert_return (invoke "fmadd.s.rmm" (f32.const -1) (f32.const 1) (f32.const -0x1p-149))
  (f32.const -1))
(assert_return (invoke "fmadd.s.rmm" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const 0))

;; guest "fnmadd.s.rmm" (fa0, fa1, fa2) -> (fa0)
;;   60b5454f  fnmadd.s fa0,fa0,fa1,fa2,rmm
(assert_return (invoke "fnmadd.s.rmm" (f32.const 1) (f32.const 1) (f32.const 0x1p-149))
  (f32.const -1))
(assert_return (invoke "fnmadd.s.rmm" (f32.const 1) (f32.const 1) (f32.const -1)) (f32.const 0))
