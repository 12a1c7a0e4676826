;; C: the 16-bit forms.

;; guest "c.addi" (a0) -> (a0)
;;   1501  addi a0,a0,-32
;;   057d  addi a0,a0,31
(assert_return (invoke "c.addi" (i64.const 0)) (i64.const -1))

;; guest "c.addiw" (a0) -> (a0)
;;   2505  addiw a0,a0,1
(assert_return (invoke "c.addiw" (i64.const 0x7fffffff)) (i64.const 0xffffffff80000000))

;; guest "c.addiw.0" (a0) -> (a0)
;;   2501  sext.w a0,a0
(assert_return (invoke "c.addiw.0" (i64.const 0xffffffff)) (i64.const -1))

;; guest "c.li" () -> (a0, a1)
;;   5501  li a0,-32
;;   45fd  li a1,31
(assert_return (invoke "c.li") (i64.const -32) (i64.const 31))

;; guest "c.lui" () -> (a0, a1)
;;   657d  lui a0,0x1f
;;   7581  lui a1,0xfffe0
(assert_return (invoke "c.lui") (i64.const 0x1f000) (i64.const 0xfffffffffffe0000))

;; guest "c.mv" (a0) -> (a1)
;;   85aa  mv a1,a0
(assert_return (invoke "c.mv" (i64.const -1)) (i64.const -1))

;; guest "c.add" (a0, a1) -> (a0)
;;   952e  add a0,a0,a1
(assert_return (invoke "c.add" (i64.const -1) (i64.const 1)) (i64.const 0))

;; guest "c.sub" (a0, a1) -> (a0)
;;   8d0d  sub a0,a0,a1
(assert_return (invoke "c.sub" (i64.const 0) (i64.const 1)) (i64.const -1))

;; guest "c.logic" (a0, a1, a2, a3) -> (a0)
;;   8d6d  and a0,a0,a1
;;   8d51  or a0,a0,a2
;;   8d35  xor a0,a0,a3
(assert_return (invoke "c.logic" (i64.const 0xff) (i64.const 0xf0) (i64.const 0x1) (i64.const 0x81))
  (i64.const 0x70))

;; guest "c.andi" (a0) -> (a0)
;;   9901  andi a0,a0,-32
(assert_return (invoke "c.andi" (i64.const -1)) (i64.const -32))

;; guest "c.word" (a0, a1) -> (a0, a1)
;;   9d2d  addw a0,a0,a1
;;   9d89  subw a1,a1,a0
(assert_return (invoke "c.word" (i64.const 0x7fffffff) (i64.const 1))
  (i64.const 0xffffffff80000000) (i64.const 0xffffffff80000001))

;; guest "c.shift" (a0) -> (a0, a1, a2)
;;   85aa  mv a1,a0
;;   862a  mv a2,a0
;;   157e  slli a0,a0,0x3f
;;   9181  srli a1,a1,0x20
;;   967d  srai a2,a2,0x3f
(assert_return (invoke "c.shift" (i64.const 0x8000000000000001))
  (i64.const 0x8000000000000000) (i64.const 0x80000000) (i64.const -1))

;; Addresses of stack objects: the immediate is unsigned and scaled.
;; guest "c.addi4spn" () -> (a0, a1)
;;   0048  addi a0,sp,4
;;   1fec  addi a1,sp,1020
;;   40250533  sub a0,a0,sp
;;   402585b3  sub a1,a1,sp
(assert_return (invoke "c.addi4spn") (i64.const 4) (i64.const 1020))

;; guest "c.addi16sp" () -> (a0)
;;   00010513  mv a0,sp
;;   7101  addi sp,sp,-512
;;   40250533  sub a0,a0,sp
;;   617d  addi sp,sp,496
;;   6141  addi sp,sp,16
(assert_return (invoke "c.addi16sp") (i64.const 512))

;; Loads and stores, with the largest offsets that they have.
;; guest "c.lw" (a0) -> (a1)
;;   5d6c  lw a1,124(a0)
(assert_return (invoke "c.lw" (i64.const 0x21004)) (i64.const 0xffffffff83828180))

;; guest "c.ld" (a0) -> (a1)
;;   7d6c  ld a1,248(a0)
(assert_return (invoke "c.ld" (i64.const 0x21000)) (i64.const 0xfffefdfcfbfaf9f8))

;; guest "c.sw" (a0, a1) -> (a2)
;;   c12c  sw a1,64(a0)
;;   04053603  ld a2,64(a0)
(assert_return (invoke "c.sw" (i64.const 0x21000) (i64.const -1)) (i64.const 0x47464544ffffffff))

;; guest "c.sd" (a0, a1) -> (a2)
;;   e16c  sd a1,192(a0)
;;   0c053603  ld a2,192(a0)
(assert_return (invoke "c.sd" (i64.const 0x21000) (i64.const -1)) (i64.const -1))

;; guest "c.float" (a0, fa0) -> (fa1, a2)
;;   a508  fsd fa0,8(a0)
;;   250c  fld fa1,8(a0)
;;   6510  ld a2,8(a0)
(assert_return (invoke "c.float" (i64.const 0x21000) (f64.const nan:0x4000000000001))
  (f64.const nan:0x4000000000001) (i64.const 0x7ff4000000000001))

;; guest "c.stack" (a0, fa0) -> (a1, a2, fa1)
;;   7139  addi sp,sp,-64
;;   e42a  sd a0,8(sp)
;;   c602  sw zero,12(sp)
;;   bc2a  fsd fa0,56(sp)
;;   45a2  lw a1,8(sp)
;;   6622  ld a2,8(sp)
;;   35e2  fld fa1,56(sp)
;;   6121  addi sp,sp,64
(assert_return (invoke "c.stack" (i64.const 0x1234567887654321) (f64.const -0.5))
  (i64.const 0xffffffff87654321) (i64.const 0x87654321) (f64.const -0.5))

;; guest "c.j" () -> (a0)
;;   4505  li a0,1
;;   a011  j 0x10006
;;   4509  li a0,2
(assert_return (invoke "c.j") (i64.const 1))

;; guest "c.beqz" (a0) -> (a1)
;;   4585  li a1,1
;;   c111  beqz a0,0x10006
;;   4581  li a1,0
(assert_return (invoke "c.beqz" (i64.const 0)) (i64.const 1))
(assert_return (invoke "c.beqz" (i64.const 0x8000000000000000)) (i64.const 0))

;; guest "c.bnez" (a0) -> (a1)
;;   4585  li a1,1
;;   e111  bnez a0,0x10006
;;   4581  li a1,0
(assert_return (invoke "c.bnez" (i64.const 0)) (i64.const 0))
(assert_return (invoke "c.bnez" (i64.const 0x100000000)) (i64.const 1))

;; guest "c.jr" () -> (a0)
;;   4505  li a0,1
;;   00000297  auipc t0,0x0
;;   02a9  addi t0,t0,10
;;   8282  jr t0
;;   4509  li a0,2
(assert_return (invoke "c.jr") (i64.const 1))

;; The link is two bytes on.
;; guest "c.jalr" () -> (a0) interpreted
;;   8306  mv t1,ra
;;   00000297  auipc t0,0x0
;;   02b1  addi t0,t0,12
;;   9282  jalr t0
;;   809a  mv ra,t1
;;   8302  jr t1
;;   8506  mv a0,ra
(assert_return (invoke "c.jalr") (i64.const 0x1000a))
