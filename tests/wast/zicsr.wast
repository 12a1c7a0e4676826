;; Zicsr: the control and status registers that programs may use.

;; guest "frflags" () -> (a0)
;;   00102573  frflags a0
(assert_return (invoke "frflags") (i64.const 0))

;; A write, and what was there before.
;; guest "fsflags" (a0) -> (a1, a2)
;;   00151073  fsflags a0
;;   001015f3  fsflags a1,zero
;;   00102673  frflags a2
(assert_return (invoke "fsflags" (i64.const 0x1f)) (i64.const 0x1f) (i64.const 0))
;; There are five of them.
(assert_return (invoke "fsflags" (i64.const -1)) (i64.const 0x1f) (i64.const 0))
(assert_return (invoke "fsflags" (i64.const 0x120)) (i64.const 0) (i64.const 0))

;; guest "fsflagsi" () -> (a0, a1)
;;   001ad073  fsflagsi zero,21
;;   00115573  fsflagsi a0,2
;;   001025f3  frflags a1
(assert_return (invoke "fsflagsi") (i64.const 21) (i64.const 2))

;; Bits set and cleared.
;; guest "set.clear" (a0) -> (a1, a2, a3)
;;   00152073  csrs fflags,a0
;;   0010e5f3  csrrsi a1,fflags,1
;;   00187673  csrrci a2,fflags,16
;;   001536f3  csrrc a3,fflags,a0
(assert_return (invoke "set.clear" (i64.const 0x10))
  (i64.const 0x10) (i64.const 0x11) (i64.const 1))
(assert_return (invoke "set.clear" (i64.const 8)) (i64.const 8) (i64.const 9) (i64.const 9))

;; guest "clear" (a0) -> (a1)
;;   001fd073  fsflagsi zero,31
;;   00153073  csrc fflags,a0
;;   001025f3  frflags a1
(assert_return (invoke "clear" (i64.const 0x15)) (i64.const 0xa))

;; guest "immediate" () -> (a0)
;;   00105073  fsflagsi zero,0
;;   001c6073  csrsi fflags,24
;;   00147073  csrci fflags,8
;;   00102573  frflags a0
(assert_return (invoke "immediate") (i64.const 0x10))

;; The destination may be the source: the old value comes out, the new goes in.
;; guest "overlap" (a0) -> (a0, a1)
;;   0011d073  fsflagsi zero,3
;;   00151573  fsflags a0,a0
;;   001025f3  frflags a1
(assert_return (invoke "overlap" (i64.const 0x1c)) (i64.const 3) (i64.const 0x1c))

;; `fcsr` is the rounding mode above the flags.
;; guest "fscsr" (a0) -> (a1, a2, a3)
;;   00351073  fscsr a0
;;   003025f3  frcsr a1
;;   00202673  frrm a2
;;   001026f3  frflags a3
(assert_return (invoke "fscsr" (i64.const 0x1f)) (i64.const 0x1f) (i64.const 0) (i64.const 0x1f))
(assert_return (invoke "fscsr" (i64.const 0xffffff00)) (i64.const 0) (i64.const 0) (i64.const 0))

;; Another rounding mode than to nearest, even, is the interpreter's, until the
;; program is back in that mode.
;; guest "fsrm" (a0) -> (a1, a2) interpreted
;;   00251073  fsrm a0
;;   002055f3  fsrmi a1,0
;;   00202673  frrm a2
(assert_return (invoke "fsrm" (i64.const 1)) (i64.const 1) (i64.const 0))
(assert_return (invoke "fsrm" (i64.const 3)) (i64.const 3) (i64.const 0))
(assert_return (invoke "fsrm" (i64.const 0xfa)) (i64.const 2) (i64.const 0))

;; guest "fscsr.mode" (a0) -> (a1, a2) interpreted
;;   00351073  fscsr a0
;;   003025f3  frcsr a1
;;   00301673  fscsr a2,zero
(assert_return (invoke "fscsr.mode" (i64.const 0xff)) (i64.const 0xff) (i64.const 0xff))
(assert_return (invoke "fscsr.mode" (i64.const 0x5a3)) (i64.const 0xa3) (i64.const 0xa3))

;; One half of 3, of -3 and of 5, to an integer, by the dynamic rounding mode.
;; guest "rounded" (a0, fa0) -> (a1) interpreted
;;   00251073  fsrm a0
;;   c20575d3  fcvt.w.d a1,fa0
;;   00201073  fsrm zero
(assert_return (invoke "rounded" (i64.const 1) (f64.const 1.5)) (i64.const 1))
(assert_return (invoke "rounded" (i64.const 2) (f64.const 1.5)) (i64.const 1))
(assert_return (invoke "rounded" (i64.const 3) (f64.const 1.5)) (i64.const 2))
(assert_return (invoke "rounded" (i64.const 4) (f64.const 2.5)) (i64.const 3))
(assert_return (invoke "rounded" (i64.const 1) (f64.const -1.5)) (i64.const -1))
(assert_return (invoke "rounded" (i64.const 2) (f64.const -1.5)) (i64.const -2))
(assert_return (invoke "rounded" (i64.const 3) (f64.const -1.5)) (i64.const -1))
(assert_return (invoke "rounded" (i64.const 4) (f64.const -1.5)) (i64.const -2))

;; guest "added" (a0, fa0, fa1) -> (fa0) interpreted
;;   00251073  fsrm a0
;;   02b57553  fadd.d fa0,fa0,fa1
;;   00201073  fsrm zero
(assert_return (invoke "added" (i64.const 1) (f64.const 1) (f64.const 0x1p-53)) (f64.const 1))
(assert_return (invoke "added" (i64.const 2) (f64.const 1) (f64.const 0x1p-53)) (f64.const 1))
(assert_return (invoke "added" (i64.const 3) (f64.const 1) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "added" (i64.const 4) (f64.const 1) (f64.const 0x1p-53))
  (f64.const 0x1.0000000000001p+0))
(assert_return (invoke "added" (i64.const 2) (f64.const 1) (f64.const -1)) (f64.const -0))
(assert_return (invoke "added" (i64.const 3) (f64.const 1) (f64.const -1)) (f64.const 0))

;; Modes 5 and 6 are reserved, and so is 7 in the register: an instruction that
;; uses it is illegal.
;; guest "reserved" (a0, fa0) -> (fa0) interpreted
;;   00251073  fsrm a0
;;   02a57553  fadd.d fa0,fa0,fa0
;;   00201073  fsrm zero
(assert_trap (invoke "reserved" (i64.const 5) (f64.const 1)) "SIGILL")
(assert_trap (invoke "reserved" (i64.const 6) (f64.const 1)) "SIGILL")
(assert_trap (invoke "reserved" (i64.const 7) (f64.const 1)) "SIGILL")
(assert_return (invoke "reserved" (i64.const 1) (f64.const 1)) (f64.const 2))

;; The same mode again is no change.
;; guest "nearest" (fa0) -> (fa0)
;;   00205073  fsrmi zero,0
;;   02a57553  fadd.d fa0,fa0,fa0
(assert_return (invoke "nearest" (f64.const 1)) (f64.const 2))

;; Counters grow.
;; guest "counters" () -> (a0, a1, a2)
;;   c0002573  rdcycle a0
;;   c01025f3  rdtime a1
;;   c0202673  rdinstret a2
;;   00a03533  snez a0,a0
;;   00b035b3  snez a1,a1
;;   c02026f3  rdinstret a3
;;   00c6b633  sltu a2,a3,a2
(assert_return (invoke "counters") (i64.const 1) (i64.const 1) (i64.const 0))

;; They cannot be written, and there are no others.
;; guest "write.counter" (a0) -> ()
;;   c0051073  csrw cycle,a0
(assert_trap (invoke "write.counter" (i64.const 0)) "SIGILL")

;; guest "unknown" () -> (a0)
;;   30002573  csrr a0,mstatus
(assert_trap (invoke "unknown") "SIGILL")

;; guest "unknown.write" (a0) -> ()
;;   8ff51073  csrw 0x8ff,a0
(assert_trap (invoke "unknown.write" (i64.const 0)) "SIGILL")

;; guest "vlenb" () -> (a0)
;;   c2202573  csrr a0,vlenb
(assert_trap (invoke "vlenb") "SIGILL")

;; guest "unimp" () -> ()
;;   c0001073  unimp
(assert_trap (invoke "unimp") "SIGILL")
