;; What ends a program: breakpoints, undefined instructions.

;; guest "ebreak" () -> ()
;;   00100073  ebreak
(assert_trap (invoke "ebreak") "SIGTRAP")

;; guest "c.ebreak" () -> ()
;;   9002  ebreak
(assert_trap (invoke "c.ebreak") "SIGTRAP")

;; All zeros and all ones are no instructions.
;; guest "zeros" () -> ()
;;   0000  (undefined)
(assert_trap (invoke "zeros") "SIGILL")

;; guest "ones" () -> ()
;;   ffffffff  (undefined)
(assert_trap (invoke "ones") "SIGILL")

;; A trap on one way and not on the other.
;; guest "assert" (a0) -> (a0)
;;   00051463  bnez a0,0x10008
;;   00100073  ebreak
;;   00150513  addi a0,a0,1
(assert_return (invoke "assert" (i64.const 1)) (i64.const 2))
(assert_trap (invoke "assert" (i64.const 0)) "SIGTRAP")

;; Reserved rounding modes.
;; guest "mode.5" (fa0) -> (fa0)
;;   02a55553  fadd.d fa0,fa0,fa0,unknown
(assert_trap (invoke "mode.5" (f64.const 1)) "SIGILL")

;; guest "mode.6" (fa0) -> (a0)
;;   c2056553  fcvt.w.d a0,fa0,unknown
(assert_trap (invoke "mode.6" (f64.const 1)) "SIGILL")

;; What stands before a trap has happened, and nothing after it.
;; guest "before" (a0, a1) -> (a0)
;;   00b53023  sd a1,0(a0)
;;   ffffffff  (undefined)
(assert_trap (invoke "before" (i64.const 0) (i64.const 7)) "SIGSEGV")
(assert_trap (invoke "before" (i64.const 0x21000) (i64.const 7)) "SIGILL")

;; guest "csr.before" (a0) -> (a0)
;;   00101573  fsflags a0,zero
;;   0000  (undefined)
(assert_trap (invoke "csr.before" (i64.const 0)) "SIGILL")
