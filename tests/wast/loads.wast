;; RV64I: loads. The 256 bytes at 0x21000 hold 0 to 255, and zeros follow them.

;; guest "lb" (a0) -> (a0)
;;   00050503  lb a0,0(a0)
(assert_return (invoke "lb" (i64.const 0x2107f)) (i64.const 127))
(assert_return (invoke "lb" (i64.const 0x21080)) (i64.const -128))

;; guest "lbu" (a0) -> (a0)
;;   00054503  lbu a0,0(a0)
(assert_return (invoke "lbu" (i64.const 0x21080)) (i64.const 128))
(assert_return (invoke "lbu" (i64.const 0x210ff)) (i64.const 255))
(assert_return (invoke "lbu" (i64.const 0x21100)) (i64.const 0))

;; guest "lh" (a0) -> (a0)
;;   00051503  lh a0,0(a0)
(assert_return (invoke "lh" (i64.const 0x21080)) (i64.const 0xffffffffffff8180))
(assert_return (invoke "lh" (i64.const 0x2107e)) (i64.const 0x7f7e))
;; Misaligned.
(assert_return (invoke "lh" (i64.const 0x2107f)) (i64.const 0xffffffffffff807f))

;; guest "lhu" (a0) -> (a0)
;;   00055503  lhu a0,0(a0)
(assert_return (invoke "lhu" (i64.const 0x21080)) (i64.const 0x8180))
(assert_return (invoke "lhu" (i64.const 0x21081)) (i64.const 0x8281))

;; guest "lw" (a0) -> (a0)
;;   00052503  lw a0,0(a0)
(assert_return (invoke "lw" (i64.const 0x21080)) (i64.const 0xffffffff83828180))
(assert_return (invoke "lw" (i64.const 0x2107c)) (i64.const 0x7f7e7d7c))
(assert_return (invoke "lw" (i64.const 0x2107d)) (i64.const 0xffffffff807f7e7d))

;; guest "lwu" (a0) -> (a0)
;;   00056503  lwu a0,0(a0)
(assert_return (invoke "lwu" (i64.const 0x21080)) (i64.const 0x83828180))
(assert_return (invoke "lwu" (i64.const 0x21003)) (i64.const 0x06050403))

;; guest "ld" (a0) -> (a0)
;;   00053503  ld a0,0(a0)
(assert_return (invoke "ld" (i64.const 0x21080)) (i64.const 0x8786858483828180))
(assert_return (invoke "ld" (i64.const 0x21001)) (i64.const 0x0807060504030201))

;; guest "offset" (a0) -> (a0)
;;   80054503  lbu a0,-2048(a0)
(assert_return (invoke "offset" (i64.const 0x21810)) (i64.const 0x10))
(assert_return (invoke "offset" (i64.const 0x218ff)) (i64.const 0xff))

;; guest "offset.most" (a0) -> (a0)
;;   7ff54503  lbu a0,2047(a0)
(assert_return (invoke "offset.most" (i64.const 0x20810)) (i64.const 15))
(assert_return (invoke "offset.most" (i64.const 0x20801)) (i64.const 0))

;; The offset goes from the whole address, and not from its page.
;; guest "carry" (a0) -> (a0)
;;   fff55503  lhu a0,-1(a0)
(assert_return (invoke "carry" (i64.const 0x21001)) (i64.const 0x0100))

;; From a constant address.
;; guest "absolute" () -> (a0)
;;   00021537  lui a0,0x21
;;   00452503  lw a0,4(a0)
(assert_return (invoke "absolute") (i64.const 0x07060504))

;; guest "absolute.back" () -> (a0)
;;   00022537  lui a0,0x22
;;   80452503  lw a0,-2044(a0)
(assert_return (invoke "absolute.back") (i64.const 0))

;; The same word twice, around a store that changes it.
;; guest "again" (a0) -> (a1, a2)
;;   00052583  lw a1,0(a0)
;;   000500a3  sb zero,1(a0)
;;   00052603  lw a2,0(a0)
(assert_return (invoke "again" (i64.const 0x21010)) (i64.const 0x13121110) (i64.const 0x13120010))

;; A load into x0 leaves x0 as it is.
;; guest "nowhere" (a0) -> (a1)
;;   00052003  lw zero,0(a0)
;;   00000593  li a1,0
(assert_return (invoke "nowhere" (i64.const 0x21000)) (i64.const 0))
;; It faults like any other.
(assert_trap (invoke "nowhere" (i64.const 0)) "SIGSEGV")

;; gcc puts this where a program would certainly read a null pointer.
;; guest "nowhere.null" () -> ()
;;   00002003  lw zero,0(zero)
(assert_trap (invoke "nowhere.null") "SIGSEGV")

;; Overwritten before it is used.
;; guest "unused" (a0) -> (a0)
;;   00853583  ld a1,8(a0)
;;   00700513  li a0,7
;;   00000593  li a1,0
(assert_trap (invoke "unused" (i64.const 0)) "SIGSEGV")
(assert_return (invoke "unused" (i64.const 0x21000)) (i64.const 7))

;; Found by a pointer that nobody looks at otherwise.
;; guest "unused.twice" (a0) -> (a0)
;;   00053583  ld a1,0(a0)
;;   0005c003  lbu zero,0(a1)
;;   00000593  li a1,0
(assert_trap (invoke "unused.twice" (i64.const 0x21100)) "SIGSEGV")
(assert_trap (invoke "unused.twice" (i64.const 0)) "SIGSEGV")

;; What lies in the guest's first 64 KiB is nobody's.
;; guest "null" (a0) -> (a0)
;;   00853503  ld a0,8(a0)
(assert_trap (invoke "null" (i64.const 0)) "SIGSEGV")
(assert_trap (invoke "null" (i64.const 0xfff0)) "SIGSEGV")
(assert_return (invoke "null" (i64.const 0x20ff8)) (i64.const 0x0706050403020100))

;; guest "null.byte" (a0) -> (a0)
;;   fff54503  lbu a0,-1(a0)
(assert_trap (invoke "null.byte" (i64.const 0)) "SIGSEGV")
(assert_trap (invoke "null.byte" (i64.const 0x10000)) "SIGSEGV")
(assert_return (invoke "null.byte" (i64.const 0x21002)) (i64.const 1))
