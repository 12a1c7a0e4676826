;; Fences, and Zifencei.

;; guest "fence" (a0, a1) -> (a2)
;;   00b53023  sd a1,0(a0)
;;   0310000f  fence rw,w
;;   0ff0000f  fence
;;   8330000f  fence.tso
;;   00053603  ld a2,0(a0)
(assert_return (invoke "fence" (i64.const 0x21100) (i64.const 7)) (i64.const 7))

;; After `fence.i` the program goes on with all its registers.
;; guest "fence.i" (a0, fa0) -> (a0, fa0) interpreted
;;   00150513  addi a0,a0,1
;;   0000100f  fence.i
;;   00150513  addi a0,a0,1
(assert_return (invoke "fence.i" (i64.const 5) (f64.const 1.5)) (i64.const 7) (f64.const 1.5))

;; guest "fence.i.loop" (a0) -> (a1) interpreted
;;   00000593  li a1,0
;;   00a585b3  add a1,a1,a0
;;   0000100f  fence.i
;;   fff50513  addi a0,a0,-1
;;   fe051ae3  bnez a0,0x10004
(assert_return (invoke "fence.i.loop" (i64.const 4)) (i64.const 10))
