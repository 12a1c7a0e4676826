;; D: rounding modes in the instruction. `rne` is to nearest, even; `rtz` to zero; `rdn`
;; down; `rup` up; `rmm` to nearest, ties away from zero.

;; guest "fadd.d.rne" (fa0, fa1) -> (fa0)
;;   02b50553  fadd.d fa0,fa0,fa1,rne
(assert_return (invoke "fadd.d.rne" (f64.const 1) (f64.const 0x1p-53)) (f64.const 1))
(assert_return (invoke "fadd.d.rne" (f64.const -1) (f64.const -0x1p-53)) (f64.const -1))
(assert_return (invoke "fadd.d.rne" (f64.const 0x1.0000000000001p+0) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000002p+0))
(assert_return (invoke "fadd.d.rne" (f64.const 0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const inf))
(assert_return (invoke "fadd.d.rne" (f64.const -0x1.fffffffffffffp+1023)
    (f64.const -0x1.fffffffffffffp+1023))
  (f64.const -inf))
(assert_return (invoke "fadd.d.rne" (f64.const 1) (f64.const -1)) (f64.const 0))
(assert_return (invoke "fadd.d.rne" (f64.const -0) (f64.const -0)) (f64.const -0))
(assert_return (invoke "fadd.d.rne" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))

;; guest "fadd.d.rtz" (fa0, fa1) -> (fa0)
;;   02b51553  fadd.d fa0,fa0,fa1,rtz
(assert_return (invoke "fadd.d.rtz" (f64.const 1) (f64.const 0x1p-53)) (f64.const 1))
(assert_return (invoke "fadd.d.rtz" (f64.const -1) (f64.const -0x1p-53)) (f64.const -1))
(assert_return (invoke "fadd.d.rtz" (f64.const 0x1.0000000000001p+0) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "fadd.d.rtz" (f64.const 0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const 0x1.fffffffffffffp+1023))
(assert_return (invoke "fadd.d.rtz" (f64.const -0x1.fffffffffffffp+1023)
    (f64.const -0x1.fffffffffffffp+1023))
  (f64.const -0x1.fffffffffffffp+1023))
(assert_return (invoke "fadd.d.rtz" (f64.const 1) (f64.const -1)) (f64.const 0))
(assert_return (invoke "fadd.d.rtz" (f64.const -0) (f64.const -0)) (f64.const -0))
(assert_return (invoke "fadd.d.rtz" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))

;; guest "fadd.d.rdn" (fa0, fa1) -> (fa0)
;;   02b52553  fadd.d fa0,fa0,fa1,rdn
(assert_return (invoke "fadd.d.rdn" (f64.const 1) (f64.const 0x1p-53)) (f64.const 1))
(assert_return (invoke "fadd.d.rdn" (f64.const -1) (f64.const -0x1p-53))
  (f64.const -0x1.0000000000001p+0))
(assert_return (invoke "fadd.d.rdn" (f64.const 0x1.0000000000001p+0) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "fadd.d.rdn" (f64.const 0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const 0x1.fffffffffffffp+1023))
(assert_return (invoke "fadd.d.rdn" (f64.const -0x1.fffffffffffffp+1023)
    (f64.const -0x1.fffffffffffffp+1023))
  (f64.const -inf))
(assert_return (invoke "fadd.d.rdn" (f64.const 1) (f64.const -1)) (f64.const -0))
(assert_return (invoke "fadd.d.rdn" (f64.const -0) (f64.const -0)) (f64.const -0))
(assert_return (invoke "fadd.d.rdn" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))

;; guest "fadd.d.rup" (fa0, fa1) -> (fa0)
;;   02b53553  fadd.d fa0,fa0,fa1,rup
(assert_return (invoke "fadd.d.rup" (f64.const 1) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "fadd.d.rup" (f64.const -1) (f64.const -0x1p-53)) (f64.const -1))
(assert_return (invoke "fadd.d.rup" (f64.const 0x1.0000000000001p+0) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000002p+0))
(assert_return (invoke "fadd.d.rup" (f64.const 0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const inf))
(assert_return (invoke "fadd.d.rup" (f64.const -0x1.fffffffffffffp+1023)
    (f64.const -0x1.fffffffffffffp+1023))
  (f64.const -0x1.fffffffffffffp+1023))
(assert_return (invoke "fadd.d.rup" (f64.const 1) (f64.const -1)) (f64.const 0))
(assert_return (invoke "fadd.d.rup" (f64.const -0) (f64.const -0)) (f64.const -0))
(assert_return (invoke "fadd.d.rup" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))

;; guest "fadd.d.rmm" (fa0, fa1) -> (fa0)
;;   02b54553  fadd.d fa0,fa0,fa1,rmm
(assert_return (invoke "fadd.d.rmm" (f64.const 1) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "fadd.d.rmm" (f64.const -1) (f64.const -0x1p-53))
  (f64.const -0x1.0000000000001p+0))
(assert_return (invoke "fadd.d.rmm" (f64.const 0x1.0000000000001p+0) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000002p+0))
(assert_return (invoke "fadd.d.rmm" (f64.const 0x1.fffffffffffffp+1023)
    (f64.const 0x1.fffffffffffffp+1023))
  (f64.const inf))
(assert_return (invoke "fadd.d.rmm" (f64.const -0x1.fffffffffffffp+1023)
    (f64.const -0x1.fffffffffffffp+1023))
  (f64.const -inf))
(assert_return (invoke "fadd.d.rmm" (f64.const 1) (f64.const -1)) (f64.const 0))
(assert_return (invoke "fadd.d.rmm" (f64.const -0) (f64.const -0)) (f64.const -0))
(assert_return (invoke "fadd.d.rmm" (f64.const inf) (f64.const -inf)) (f64.const nan:canonical))

;; guest "fsub.d.rtz" (fa0, fa1) -> (fa0)
;;   0ab51553  fsub.d fa0,fa0,fa1,rtz
(assert_return (invoke "fsub.d.rtz" (f64.const 1) (f64.const 1)) (f64.const 0))
(assert_return (invoke "fsub.d.rtz" (f64.const 1) (f64.const 0x1p-1074))
  (f64.const 0x1.fffffffffffffp-1))

;; guest "fmul.d.rtz" (fa0, fa1) -> (fa0)
;;   12b51553  fmul.d fa0,fa0,fa1,rtz
(assert_return (invoke "fmul.d.rtz" (f64.const 0x1p-1074) (f64.const 0.5)) (f64.const 0))
(assert_return (invoke "fmul.d.rtz" (f64.const -0x1p-1074) (f64.const 0.5)) (f64.const -0))
(assert_return (invoke "fmul.d.rtz" (f64.const 0x1.fffffffffffffp+1023) (f64.const 2))
  (f64.const 0x1.fffffffffffffp+1023))

;; guest "fdiv.d.rtz" (fa0, fa1) -> (fa0)
;;   1ab51553  fdiv.d fa0,fa0,fa1,rtz
(assert_return (invoke "fdiv.d.rtz" (f64.const 1) (f64.const 3)) (f64.const 0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d.rtz" (f64.const -1) (f64.const 3)) (f64.const -0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d.rtz" (f64.const 1) (f64.const 0)) (f64.const inf))
(assert_return (invoke "fdiv.d.rtz" (f64.const 0) (f64.const 0)) (f64.const nan:canonical))

;; guest "fsqrt.d.rtz" (fa0) -> (fa0)
;;   5a051553  fsqrt.d fa0,fa0,rtz
(assert_return (invoke "fsqrt.d.rtz" (f64.const 2)) (f64.const 0x1.6a09e667f3bccp+0))
(assert_return (invoke "fsqrt.d.rtz" (f64.const 4)) (f64.const 2))
(assert_return (invoke "fsqrt.d.rtz" (f64.const -0)) (f64.const -0))
(assert_return (invoke "fsqrt.d.rtz" (f64.const -1)) (f64.const nan:canonical))

;; guest "fmadd.d.rtz" (fa0, fa1, fa2) -> (fa0)
;;   62b51543  fmadd.d fa0,fa0,fa1,fa2,rtz
(assert_return (invoke "fmadd.d.rtz" (f64.const 0x1.0000000000001p+0)
    (f64.const 0x1.fffffffffffffp-1) (f64.const -1))
  (f64.const 0x1.ffffffffffffep-54))
(assert_return (invoke "fmadd.d.rtz" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const 1))
(assert_return (invoke "fmadd.d.rtz" (f64.const -1) (f64.const 1) (f64.const -0x1p-1074))
  (f64.const -1))
(assert_return (invoke "fmadd.d.rtz" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const 0))

;; guest "fnmadd.d.rtz" (fa0, fa1, fa2) -> (fa0)
;;   62b5154f  fnmadd.d fa0,fa0,fa1,fa2,rtz
(assert_return (invoke "fnmadd.d.rtz" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const -1))
(assert_return (invoke "fnmadd.d.rtz" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const 0))

;; guest "fsub.d.rdn" (fa0, fa1) -> (fa0)
;;   0ab52553  fsub.d fa0,fa0,fa1,rdn
(assert_return (invoke "fsub.d.rdn" (f64.const 1) (f64.const 1)) (f64.const -0))
(assert_return (invoke "fsub.d.rdn" (f64.const 1) (f64.const 0x1p-1074))
  (f64.const 0x1.fffffffffffffp-1))

;; guest "fmul.d.rdn" (fa0, fa1) -> (fa0)
;;   12b52553  fmul.d fa0,fa0,fa1,rdn
(assert_return (invoke "fmul.d.rdn" (f64.const 0x1p-1074) (f64.const 0.5)) (f64.const 0))
(assert_return (invoke "fmul.d.rdn" (f64.const -0x1p-1074) (f64.const 0.5)) (f64.const -0x1p-1074))
(assert_return (invoke "fmul.d.rdn" (f64.const 0x1.fffffffffffffp+1023) (f64.const 2))
  (f64.const 0x1.fffffffffffffp+1023))

;; guest "fdiv.d.rdn" (fa0, fa1) -> (fa0)
;;   1ab52553  fdiv.d fa0,fa0,fa1,rdn
(assert_return (invoke "fdiv.d.rdn" (f64.const 1) (f64.const 3)) (f64.const 0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d.rdn" (f64.const -1) (f64.const 3)) (f64.const -0x1.5555555555556p-2))
(assert_return (invoke "fdiv.d.rdn" (f64.const 1) (f64.const 0)) (f64.const inf))
(assert_return (invoke "fdiv.d.rdn" (f64.const 0) (f64.const 0)) (f64.const nan:canonical))

;; guest "fsqrt.d.rdn" (fa0) -> (fa0)
;;   5a052553  fsqrt.d fa0,fa0,rdn
(assert_return (invoke "fsqrt.d.rdn" (f64.const 2)) (f64.const 0x1.6a09e667f3bccp+0))
(assert_return (invoke "fsqrt.d.rdn" (f64.const 4)) (f64.const 2))
(assert_return (invoke "fsqrt.d.rdn" (f64.const -0)) (f64.const -0))
(assert_return (invoke "fsqrt.d.rdn" (f64.const -1)) (f64.const nan:canonical))

;; guest "fmadd.d.rdn" (fa0, fa1, fa2) -> (fa0)
;;   62b52543  fmadd.d fa0,fa0,fa1,fa2,rdn
(assert_return (invoke "fmadd.d.rdn" (f64.const 0x1.0000000000001p+0)
    (f64.const 0x1.fffffffffffffp-1) (f64.const -1))
  (f64.const 0x1.ffffffffffffep-54))
(assert_return (invoke "fmadd.d.rdn" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const 1))
(assert_return (invoke "fmadd.d.rdn" (f64.const -1) (f64.const 1) (f64.const -0x1p-1074))
  (f64.const -0x1.0000000000001p+0))
(assert_return (invoke "fmadd.d.rdn" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const -0))

;; guest "fnmadd.d.rdn" (fa0, fa1, fa2) -> (fa0)
;;   62b5254f  fnmadd.d fa0,fa0,fa1,fa2,rdn
(assert_return (invoke "fnmadd.d.rdn" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const -0x1.0000000000001p+0))
(assert_return (invoke "fnmadd.d.rdn" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const -0))

;; guest "fsub.d.rup" (fa0, fa1) -> (fa0)
;;   0ab53553  fsub.d fa0,fa0,fa1,rup
(assert_return (invoke "fsub.d.rup" (f64.const 1) (f64.const 1)) (f64.const 0))
(assert_return (invoke "fsub.d.rup" (f64.const 1) (f64.const 0x1p-1074)) (f64.const 1))

;; guest "fmul.d.rup" (fa0, fa1) -> (fa0)
;;   12b53553  fmul.d fa0,fa0,fa1,rup
(assert_return (invoke "fmul.d.rup" (f64.const 0x1p-1074) (f64.const 0.5)) (f64.const 0x1p-1074))
(assert_return (invoke "fmul.d.rup" (f64.const -0x1p-1074) (f64.const 0.5)) (f64.const -0))
(assert_return (invoke "fmul.d.rup" (f64.const 0x1.fffffffffffffp+1023) (f64.const 2))
  (f64.const inf))

;; guest "fdiv.d.rup" (fa0, fa1) -> (fa0)
;;   1ab53553  fdiv.d fa0,fa0,fa1,rup
(assert_return (invoke "fdiv.d.rup" (f64.const 1) (f64.const 3)) (f64.const 0x1.5555555555556p-2))
(assert_return (invoke "fdiv.d.rup" (f64.const -1) (f64.const 3)) (f64.const -0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d.rup" (f64.const 1) (f64.const 0)) (f64.const inf))
(assert_return (invoke "fdiv.d.rup" (f64.const 0) (f64.const 0)) (f64.const nan:canonical))

;; guest "fsqrt.d.rup" (fa0) -> (fa0)
;;   5a053553  fsqrt.d fa0,fa0,rup
(assert_return (invoke "fsqrt.d.rup" (f64.const 2)) (f64.const 0x1.6a09e667f3bcdp+0))
(assert_return (invoke "fsqrt.d.rup" (f64.const 4)) (f64.const 2))
(assert_return (invoke "fsqrt.d.rup" (f64.const -0)) (f64.const -0))
(assert_return (invoke "fsqrt.d.rup" (f64.const -1)) (f64.const nan:canonical))

;; guest "fmadd.d.rup" (fa0, fa1, fa2) -> (fa0)
;;   62b53543  fmadd.d fa0,fa0,fa1,fa2,rup
(assert_return (invoke "fmadd.d.rup" (f64.const 0x1.0000000000001p+0)
    (f64.const 0x1.fffffffffffffp-1) (f64.const -1))
  (f64.const 0x1.ffffffffffffep-54))
(assert_return (invoke "fmadd.d.rup" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "fmadd.d.rup" (f64.const -1) (f64.const 1) (f64.const -0x1p-1074))
  (f64.const -1))
(assert_return (invoke "fmadd.d.rup" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const 0))

;; guest "fnmadd.d.rup" (fa0, fa1, fa2) -> (fa0)
;;   62b5354f  fnmadd.d fa0,fa0,fa1,fa2,rup
(assert_return (invoke "fnmadd.d.rup" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const -1))
(assert_return (invoke "fnmadd.d.rup" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const 0))

;; guest "fsub.d.rmm" (fa0, fa1) -> (fa0)
;;   0ab54553  fsub.d fa0,fa0,fa1,rmm
(assert_return (invoke "fsub.d.rmm" (f64.const 1) (f64.const 1)) (f64.const 0))
(assert_return (invoke "fsub.d.rmm" (f64.const 1) (f64.const 0x1p-1074)) (f64.const 1))

;; guest "fmul.d.rmm" (fa0, fa1) -> (fa0)
;;   12b54553  fmul.d fa0,fa0,fa1,rmm
(assert_return (invoke "fmul.d.rmm" (f64.const 0x1p-1074) (f64.const 0.5)) (f64.const 0x1p-1074))
(assert_return (invoke "fmul.d.rmm" (f64.const -0x1p-1074) (f64.const 0.5)) (f64.const -0x1p-1074))
(assert_return (invoke "fmul.d.rmm" (f64.const 0x1.fffffffffffffp+1023) (f64.const 2))
  (f64.const inf))

;; guest "fdiv.d.rmm" (fa0, fa1) -> (fa0)
;;   1ab54553  fdiv.d fa0,fa0,fa1,rmm
(assert_return (invoke "fdiv.d.rmm" (f64.const 1) (f64.const 3)) (f64.const 0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d.rmm" (f64.const -1) (f64.const 3)) (f64.const -0x1.5555555555555p-2))
(assert_return (invoke "fdiv.d.rmm" (f64.const 1) (f64.const 0)) (f64.const inf))
(assert_return (invoke "fdiv.d.rmm" (f64.const 0) (f64.const 0)) (f64.const nan:canonical))

;; guest "fsqrt.d.rmm" (fa0) -> (fa0)
;;   5a054553  fsqrt.d fa0,fa0,rmm
(assert_return (invoke "fsqrt.d.rmm" (f64.const 2)) (f64.const 0x1.6a09e667f3bcdp+0))
(assert_return (invoke "fsqrt.d.rmm" (f64.const 4)) (f64.const 2))
(assert_return (invoke "fsqrt.d.rmm" (f64.const -0)) (f64.const -0))
(assert_return (invoke "fsqrt.d.rmm" (f64.const -1)) (f64.const nan:canonical))

;; guest "fmadd.d.rmm" (fa0, fa1, fa2) -> (fa0)
;;   62b54543  fmadd.d fa0,fa0,fa1,fa2,rmm
(assert_return (invoke "fmadd.d.rmm" (f64.const 0x1.0000000000001p+0)
    (f64.const 0x1.fffffffffffffp-1) (f64.const -1))
  (f64.const 0x1.ffffffffffffep-54))
(assert_return (invoke "fmadd.d.rmm" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const 1))
(assert_return (invoke "fmadd.d.rmm" (f64.const -1) (f64.const 1) (f64.const -0x1p-1074))
  (f64.const -1))
(assert_return (invoke "fmadd.d.rmm" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const 0))

;; guest "fnmadd.d.rmm" (fa0, fa1, fa2) -> (fa0)
;;   62b5454f  fnmadd.d fa0,fa0,fa1,fa2,rmm
(assert_return (invoke "fnmadd.d.rmm" (f64.const 1) (f64.const 1) (f64.const 0x1p-1074))
  (f64.const -1))
(assert_return (invoke "fnmadd.d.rmm" (f64.const 1) (f64.const 1) (f64.const -1)) (f64.const 0))
