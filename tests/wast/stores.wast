;; RV64I: stores. The 256 bytes at 0x21000 hold 0 to 255, and zeros follow them.

;; guest "sb" (a0, a1) -> (a2)
;;   00b50023  sb a1,0(a0)
;;   00053603  ld a2,0(a0)
(assert_return (invoke "sb" (i64.const 0x21000) (i64.const -1)) (i64.const 0x07060504030201ff))
(assert_return (invoke "sb" (i64.const 0x21000) (i64.const 0x1234)) (i64.const 0x0706050403020134))

;; guest "sh" (a0, a1) -> (a2)
;;   00b51023  sh a1,0(a0)
;;   00053603  ld a2,0(a0)
(assert_return (invoke "sh" (i64.const 0x21000) (i64.const 0x123456789))
  (i64.const 0x0706050403026789))
(assert_return (invoke "sh" (i64.const 0x21001) (i64.const -1)) (i64.const 0x080706050403ffff))

;; guest "sw" (a0, a1) -> (a2)
;;   00b52023  sw a1,0(a0)
;;   00053603  ld a2,0(a0)
(assert_return (invoke "sw" (i64.const 0x21000) (i64.const 0x1122334455667788))
  (i64.const 0x0706050455667788))
;; Misaligned.
(assert_return (invoke "sw" (i64.const 0x21003) (i64.const -1)) (i64.const 0x0a090807ffffffff))

;; guest "sd" (a0, a1) -> (a2, a3)
;;   00b53023  sd a1,0(a0)
;;   ffc53603  ld a2,-4(a0)
;;   00453683  ld a3,4(a0)
(assert_return (invoke "sd" (i64.const 0x21008) (i64.const -1))
  (i64.const 0xffffffff07060504) (i64.const 0x13121110ffffffff))
(assert_return (invoke "sd" (i64.const 0x21009) (i64.const 0))
  (i64.const 0x0000000008070605) (i64.const 0x1413121100000000))

;; guest "offset" (a0, a1) -> (a2)
;;   80b50023  sb a1,-2048(a0)
;;   80054603  lbu a2,-2048(a0)
(assert_return (invoke "offset" (i64.const 0x21810) (i64.const 0x1aa)) (i64.const 0xaa))

;; A store may write its own address.
;; guest "itself" (a0) -> (a1)
;;   00a53023  sd a0,0(a0)
;;   00053583  ld a1,0(a0)
(assert_return (invoke "itself" (i64.const 0x21040)) (i64.const 0x21040))

;; guest "zero" (a0) -> (a1)
;;   00052023  sw zero,0(a0)
;;   00053583  ld a1,0(a0)
(assert_return (invoke "zero" (i64.const 0x21080)) (i64.const 0x8786858400000000))

;; Stores of two widths to overlapping places stay in order.
;; guest "order" (a0, a1) -> (a2)
;;   00b53023  sd a1,0(a0)
;;   000501a3  sb zero,3(a0)
;;   00b51323  sh a1,6(a0)
;;   00053603  ld a2,0(a0)
(assert_return (invoke "order" (i64.const 0x21100) (i64.const 0x1122334455667788))
  (i64.const 0x7788334400667788))

;; A pointer that may be the same, and one that is not.
;; guest "alias" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00c52023  sw a2,0(a0)
;;   0005a023  sw zero,0(a1)
;;   00052603  lw a2,0(a0)
(assert_return (invoke "alias" (i64.const 0x21100) (i64.const 0x21100)) (i64.const 0))
(assert_return (invoke "alias" (i64.const 0x21100) (i64.const 0x21104)) (i64.const 1))
(assert_return (invoke "alias" (i64.const 0x21104) (i64.const 0x21102)) (i64.const 0))

;; The guest's first 64 KiB are nobody's.
;; guest "null" (a0) -> ()
;;   00050023  sb zero,0(a0)
(assert_trap (invoke "null" (i64.const 0)) "SIGSEGV")
(assert_trap (invoke "null" (i64.const 0xffff)) "SIGSEGV")
(assert_return (invoke "null" (i64.const 0x21000)))

;; guest "null.offset" (a0) -> ()
;;   00053423  sd zero,8(a0)
(assert_trap (invoke "null.offset" (i64.const 0)) "SIGSEGV")
