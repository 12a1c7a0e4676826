;; Hints: instructions that do nothing, in all the places that the encoding keeps
;; for them.

;; guest "base" (a0, a1) -> (a0)
;;   00000013  nop
;;   00150013  addi zero,a0,1
;;   12345037  lui zero,0x12345
;;   12345017  auipc zero,0x12345
;;   00352013  slti zero,a0,3
;;   00354013  xori zero,a0,3
;;   00357013  andi zero,a0,3
;;   00351013  slli zero,a0,0x3
;;   40355013  srai zero,a0,0x3
;;   00b50033  add zero,a0,a1
;;   40b50033  sub zero,a0,a1
;;   00b53033  sltu zero,a0,a1
;;   00b5003b  addw zero,a0,a1
;;   4035501b  sraiw zero,a0,0x3
;;   0035001b  addiw zero,a0,3
(assert_return (invoke "base" (i64.const 5) (i64.const 6)) (i64.const 5))

;; guest "memory" (a0) -> (a0)
;;   0100000f  pause
;;   0000000f  fence unknown,unknown
;;   02156013  prefetch.r 32(a0)
;;   fe356013  prefetch.w -32(a0)
;;   00056013  prefetch.i 0(a0)
(assert_return (invoke "memory" (i64.const 0)) (i64.const 0))
(assert_return (invoke "memory" (i64.const -1)) (i64.const -1))

;; guest "compressed" (a0) -> (a0)
;;   0001  nop
;;   0015  c.nop 5
;;   0501  addi a0,a0,0
;;   4015  c.li zero,5
;;   6015  c.lui zero,0x5
;;   802a  c.mv zero,a0
;;   902a  c.add zero,a0
;;   000e  c.slli zero,0x3
;;   0502  c.slli64 a0
;;   8101  c.srli64 a0
;;   8501  c.srai64 a0
(assert_return (invoke "compressed" (i64.const -7)) (i64.const -7))

;; Zicbop and Zihintpause are hints; division with x0 is one too.
;; guest "divide" (a0, a1) -> (a0)
;;   02b54033  div zero,a0,a1
;;   02b57033  remu zero,a0,a1
(assert_return (invoke "divide" (i64.const 3) (i64.const 0)) (i64.const 3))
(assert_return (invoke "divide" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000))
