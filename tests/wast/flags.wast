;; The exception flags that floating-point instructions raise: NV 16, DZ 8, OF 4, UF 2, NX 1.

;; guest "divide" (fa0, fa1) -> (a0) exact
;;   00101073  fsflags zero
;;   1ab57553  fdiv.d fa0,fa0,fa1
;;   00102573  frflags a0
(assert_return (invoke "divide" (f64.const 6) (f64.const 3)) (i64.const 0))
(assert_return (invoke "divide" (f64.const 1) (f64.const 3)) (i64.const 1))
(assert_return (invoke "divide" (f64.const 1) (f64.const 0)) (i64.const 8))
(assert_return (invoke "divide" (f64.const 0) (f64.const 0)) (i64.const 16))
(assert_return (invoke "divide" (f64.const 0x1p+1023) (f64.const 0x1p-1023)) (i64.const 5))
(assert_return (invoke "divide" (f64.const 0x1p-1022) (f64.const 3)) (i64.const 3))
;; A quiet NaN raises nothing, a signalling one does.
(assert_return (invoke "divide" (f64.const nan:0x8000000000000) (f64.const 1)) (i64.const 0))
(assert_return (invoke "divide" (f64.const nan:0x1) (f64.const 1)) (i64.const 16))

;; Flags stay until they are cleared, also where the result is used by nobody.
;; guest "accrue" (fa0, fa1) -> (a0) exact
;;   0010d073  fsflagsi zero,1
;;   1ab57053  fdiv.d ft0,fa0,fa1
;;   5a057053  fsqrt.d ft0,fa0
;;   00102573  frflags a0
(assert_return (invoke "accrue" (f64.const 4) (f64.const 2)) (i64.const 1))
(assert_return (invoke "accrue" (f64.const -1) (f64.const 0)) (i64.const 25))

;; Comparisons: `flt` and `fle` mind any NaN, `feq` the signalling ones.
;; guest "compare" (fa0, fa1) -> (a0, a1) exact
;;   00101073  fsflags zero
;;   a2b527d3  feq.d a5,fa0,fa1
;;   00101573  fsflags a0,zero
;;   a2b517d3  flt.d a5,fa0,fa1
;;   001025f3  frflags a1
(assert_return (invoke "compare" (f64.const 1) (f64.const 2)) (i64.const 0) (i64.const 0))
(assert_return (invoke "compare" (f64.const nan:0x8000000000000) (f64.const 2))
  (i64.const 0) (i64.const 16))
(assert_return (invoke "compare" (f64.const nan:0x1) (f64.const 2)) (i64.const 16) (i64.const 16))

;; Conversions, to integers and from them. The mode is the instruction's own.
;; guest "convert" (fa0) -> (a0, a1) exact
;;   00101073  fsflags zero
;;   c20517d3  fcvt.w.d a5,fa0,rtz
;;   00101573  fsflags a0,zero
;;   40157553  fcvt.s.d fa0,fa0
;;   001025f3  frflags a1
(assert_return (invoke "convert" (f64.const 7)) (i64.const 0) (i64.const 0))
(assert_return (invoke "convert" (f64.const 7.5)) (i64.const 1) (i64.const 0))
(assert_return (invoke "convert" (f64.const 0x1p+40)) (i64.const 16) (i64.const 0))
(assert_return (invoke "convert" (f64.const 0x1p+400)) (i64.const 16) (i64.const 5))

;; guest "from" (a0) -> (a0, a1) exact
;;   00101073  fsflags zero
;;   d2257553  fcvt.d.l fa0,a0
;;   001015f3  fsflags a1,zero
;;   d0257553  fcvt.s.l fa0,a0
;;   00102573  frflags a0
(assert_return (invoke "from" (i64.const 1)) (i64.const 0) (i64.const 0))
(assert_return (invoke "from" (i64.const 0x1000001)) (i64.const 1) (i64.const 0))
(assert_return (invoke "from" (i64.const -1)) (i64.const 0) (i64.const 0))
(assert_return (invoke "from" (i64.const 0x7fffffffffffffff)) (i64.const 1) (i64.const 1))

;; A single whose box is broken is the canonical NaN, which is quiet; the same
;; bits in a box are a signalling one.
;; guest "boxes" (a0) -> (a0) exact
;;   f2050553  fmv.d.x fa0,a0
;;   00101073  fsflags zero
;;   00a57553  fadd.s fa0,fa0,fa0
;;   00102573  frflags a0
(assert_return (invoke "boxes" (i64.const 0x7f800001)) (i64.const 0))
(assert_return (invoke "boxes" (i64.const 0xffffffff7f800001)) (i64.const 16))

;; One rounding of a product and a sum: exact where the product alone is not.
;; guest "fused" (fa0, fa1, fa2) -> (a0) exact
;;   00101073  fsflags zero
;;   62b57543  fmadd.d fa0,fa0,fa1,fa2
;;   00102573  frflags a0
(assert_return (invoke "fused" (f64.const 2) (f64.const 3) (f64.const 4)) (i64.const 0))
(assert_return (invoke "fused" (f64.const 0x1.0000000000001p+0) (f64.const 0x1.0000000000001p+0)
    (f64.const 0))
  (i64.const 1))
(assert_return (invoke "fused" (f64.const inf) (f64.const 0) (f64.const nan:0x8000000000000))
  (i64.const 16))

;; Moves, signs and classes raise nothing, whatever they move.
;; guest "quiet" (fa0, fa1) -> (a0) exact
;;   00101073  fsflags zero
;;   22b50653  fsgnj.d fa2,fa0,fa1
;;   e2051553  fclass.d a0,fa0
;;   00102573  frflags a0
(assert_return (invoke "quiet" (f64.const nan:0x1) (f64.const nan:0x1)) (i64.const 0))
