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

;; Instructions with a reserved rounding mode.
;; guest "mode.5" (fa0) -> (fa0)
;;   02a55553  (undefined)
(assert_trap (invoke "mode.5" (f64.const 1)) "SIGILL")
