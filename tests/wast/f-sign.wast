;; F: sign injection. It moves bits, and NaNs pass as they are.

;; guest "fsgnj.s" (fa0, fa1) -> (fa0)
;;   20b50553  fsgnj.s fa0,fa0,fa1
(assert_return (invoke "fsgnj.s" (f32.const 1) (f32.const -2)) (f32.const -1))
(assert_return (invoke "fsgnj.s" (f32.const -1) (f32.const 2)) (f32.const 1))
(assert_return (invoke "fsgnj.s" (f32.const -nan:0x400001) (f32.const 1)) (f32.const nan:0x400001))
(assert_return (invoke "fsgnj.s" (f32.const nan:0x400001) (f32.const -1)) (f32.const -nan:0x400001))
(assert_return (invoke "fsgnj.s" (f32.const nan:0x200000) (f32.const -0)) (f32.const -nan:0x200000))
(assert_return (invoke "fsgnj.s" (f32.const 0) (f32.const -inf)) (f32.const -0))
(assert_return (invoke "fsgnj.s" (f32.const 1) (f32.const -nan)) (f32.const -1))

;; guest "fsgnjn.s" (fa0, fa1) -> (fa0)
;;   20b51553  fsgnjn.s fa0,fa0,fa1
(assert_return (invoke "fsgnjn.s" (f32.const 1) (f32.const -2)) (f32.const 1))
(assert_return (invoke "fsgnjn.s" (f32.const 1) (f32.const 2)) (f32.const -1))
(assert_return (invoke "fsgnjn.s" (f32.const nan:0x400001) (f32.const 1)) (f32.const -nan:0x400001))
(assert_return (invoke "fsgnjn.s" (f32.const -nan:0x200000) (f32.const -1))
  (f32.const nan:0x200000))
(assert_return (invoke "fsgnjn.s" (f32.const -0) (f32.const -0)) (f32.const 0))

;; guest "fsgnjx.s" (fa0, fa1) -> (fa0)
;;   20b52553  fsgnjx.s fa0,fa0,fa1
(assert_return (invoke "fsgnjx.s" (f32.const 1) (f32.const -2)) (f32.const -1))
(assert_return (invoke "fsgnjx.s" (f32.const -1) (f32.const -2)) (f32.const 1))
(assert_return (invoke "fsgnjx.s" (f32.const -nan:0x400001) (f32.const -1))
  (f32.const nan:0x400001))
(assert_return (invoke "fsgnjx.s" (f32.const -0) (f32.const 0)) (f32.const -0))
(assert_return (invoke "fsgnjx.s" (f32.const nan:0x200000) (f32.const -1))
  (f32.const -nan:0x200000))

;; guest "fmv.s" (fa0) -> (fa0)
;;   20a50553  fmv.s fa0,fa0
(assert_return (invoke "fmv.s" (f32.const -nan:0x400001)) (f32.const -nan:0x400001))
(assert_return (invoke "fmv.s" (f32.const -0)) (f32.const -0))
(assert_return (invoke "fmv.s" (f32.const nan:0x200000)) (f32.const nan:0x200000))

;; guest "fneg.s" (fa0) -> (fa0)
;;   20a51553  fneg.s fa0,fa0
(assert_return (invoke "fneg.s" (f32.const 0)) (f32.const -0))
(assert_return (invoke "fneg.s" (f32.const nan:0x400001)) (f32.const -nan:0x400001))
(assert_return (invoke "fneg.s" (f32.const -inf)) (f32.const inf))
(assert_return (invoke "fneg.s" (f32.const nan:0x200000)) (f32.const -nan:0x200000))

;; guest "fabs.s" (fa0) -> (fa0)
;;   20a52553  fabs.s fa0,fa0
(assert_return (invoke "fabs.s" (f32.const -0)) (f32.const 0))
(assert_return (invoke "fabs.s" (f32.const -nan:0x400001)) (f32.const nan:0x400001))
(assert_return (invoke "fabs.s" (f32.const -inf)) (f32.const inf))
(assert_return (invoke "fabs.s" (f32.const -nan:0x200000)) (f32.const nan:0x200000))
