;; D: sign injection. It moves bits, and NaNs pass as they are.

;; guest "fsgnj.d" (fa0, fa1) -> (fa0)
;;   22b50553  fsgnj.d fa0,fa0,fa1
(assert_return (invoke "fsgnj.d" (f64.const 1) (f64.const -2)) (f64.const -1))
(assert_return (invoke "fsgnj.d" (f64.const -1) (f64.const 2)) (f64.const 1))
(assert_return (invoke "fsgnj.d" (f64.const -nan:0x8000000000001) (f64.const 1))
  (f64.const nan:0x8000000000001))
(assert_return (invoke "fsgnj.d" (f64.const nan:0x8000000000001) (f64.const -1))
  (f64.const -nan:0x8000000000001))
(assert_return (invoke "fsgnj.d" (f64.const nan:0x4000000000000) (f64.const -0))
  (f64.const -nan:0x4000000000000))
(assert_return (invoke "fsgnj.d" (f64.const 0) (f64.const -inf)) (f64.const -0))
(assert_return (invoke "fsgnj.d" (f64.const 1) (f64.const -nan)) (f64.const -1))

;; guest "fsgnjn.d" (fa0, fa1) -> (fa0)
;;   22b51553  fsgnjn.d fa0,fa0,fa1
(assert_return (invoke "fsgnjn.d" (f64.const 1) (f64.const -2)) (f64.const 1))
(assert_return (invoke "fsgnjn.d" (f64.const 1) (f64.const 2)) (f64.const -1))
(assert_return (invoke "fsgnjn.d" (f64.const nan:0x8000000000001) (f64.const 1))
  (f64.const -nan:0x8000000000001))
(assert_return (invoke "fsgnjn.d" (f64.const -nan:0x4000000000000) (f64.const -1))
  (f64.const nan:0x4000000000000))
(assert_return (invoke "fsgnjn.d" (f64.const -0) (f64.const -0)) (f64.const 0))

;; guest "fsgnjx.d" (fa0, fa1) -> (fa0)
;;   22b52553  fsgnjx.d fa0,fa0,fa1
(assert_return (invoke "fsgnjx.d" (f64.const 1) (f64.const -2)) (f64.const -1))
(assert_return (invoke "fsgnjx.d" (f64.const -1) (f64.const -2)) (f64.const 1))
(assert_return (invoke "fsgnjx.d" (f64.const -nan:0x8000000000001) (f64.const -1))
  (f64.const nan:0x8000000000001))
(assert_return (invoke "fsgnjx.d" (f64.const -0) (f64.const 0)) (f64.const -0))
(assert_return (invoke "fsgnjx.d" (f64.const nan:0x4000000000000) (f64.const -1))
  (f64.const -nan:0x4000000000000))

;; guest "fmv.d" (fa0) -> (fa0)
;;   22a50553  fmv.d fa0,fa0
(assert_return (invoke "fmv.d" (f64.const -nan:0x8000000000001)) (f64.const -nan:0x8000000000001))
(assert_return (invoke "fmv.d" (f64.const -0)) (f64.const -0))
(assert_return (invoke "fmv.d" (f64.const nan:0x4000000000000)) (f64.const nan:0x4000000000000))

;; guest "fneg.d" (fa0) -> (fa0)
;;   22a51553  fneg.d fa0,fa0
(assert_return (invoke "fneg.d" (f64.const 0)) (f64.const -0))
(assert_return (invoke "fneg.d" (f64.const nan:0x8000000000001)) (f64.const -nan:0x8000000000001))
(assert_return (invoke "fneg.d" (f64.const -inf)) (f64.const inf))
(assert_return (invoke "fneg.d" (f64.const nan:0x4000000000000)) (f64.const -nan:0x4000000000000))

;; guest "fabs.d" (fa0) -> (fa0)
;;   22a52553  fabs.d fa0,fa0
(assert_return (invoke "fabs.d" (f64.const -0)) (f64.const 0))
(assert_return (invoke "fabs.d" (f64.const -nan:0x8000000000001)) (f64.const nan:0x8000000000001))
(assert_return (invoke "fabs.d" (f64.const -inf)) (f64.const inf))
(assert_return (invoke "fabs.d" (f64.const -nan:0x4000000000000)) (f64.const nan:0x4000000000000))
