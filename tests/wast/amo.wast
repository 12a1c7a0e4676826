;; A: atomic memory operations. They give what memory held, sign-extended from
;; words, and leave the result in memory. Given: memory's doubleword and the operand.

;; guest "amoswap.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   08d7252f  amoswap.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoswap.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x555555557fffffff))
(assert_return (invoke "amoswap.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0x80000000))
(assert_return (invoke "amoswap.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x12345678000000ff))

;; guest "amoswap.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   08d7352f  amoswap.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoswap.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "amoswap.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const -1))
(assert_return (invoke "amoswap.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x1000000ff))

;; guest "amoadd.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   00d7252f  amoadd.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoadd.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x55555555ffffffff))
(assert_return (invoke "amoadd.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0xffffffff))
(assert_return (invoke "amoadd.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x123456780000010e))

;; guest "amoadd.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   00d7352f  amoadd.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoadd.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const -1))
(assert_return (invoke "amoadd.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const 0x7ffffffffffffffe))
(assert_return (invoke "amoadd.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x223456888))

;; guest "amoxor.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   20d7252f  amoxor.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoxor.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x55555555ffffffff))
(assert_return (invoke "amoxor.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0xffffffff))
(assert_return (invoke "amoxor.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x12345678000000f0))

;; guest "amoxor.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   20d7352f  amoxor.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoxor.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const -1))
(assert_return (invoke "amoxor.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const 0x8000000000000000))
(assert_return (invoke "amoxor.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x23456776))

;; guest "amoand.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   60d7252f  amoand.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoand.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x5555555500000000))
(assert_return (invoke "amoand.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0))
(assert_return (invoke "amoand.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x123456780000000f))

;; guest "amoand.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   60d7352f  amoand.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoand.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const 0))
(assert_return (invoke "amoand.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "amoand.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x100000089))

;; guest "amoor.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   40d7252f  amoor.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoor.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x55555555ffffffff))
(assert_return (invoke "amoor.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0xffffffff))
(assert_return (invoke "amoor.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x12345678000000ff))

;; guest "amoor.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   40d7352f  amoor.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amoor.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const -1))
(assert_return (invoke "amoor.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const -1))
(assert_return (invoke "amoor.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x1234567ff))

;; guest "amomin.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   80d7252f  amomin.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amomin.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x5555555580000000))
(assert_return (invoke "amomin.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0x80000000))
(assert_return (invoke "amomin.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x123456780000000f))

;; guest "amomin.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   80d7352f  amomin.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amomin.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const 0x8000000000000000))
(assert_return (invoke "amomin.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const -1))
(assert_return (invoke "amomin.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x1000000ff))

;; guest "amomax.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   a0d7252f  amomax.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amomax.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x555555557fffffff))
(assert_return (invoke "amomax.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0x7fffffff))
(assert_return (invoke "amomax.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x12345678000000ff))

;; guest "amomax.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   a0d7352f  amomax.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amomax.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "amomax.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "amomax.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x123456789))

;; guest "amominu.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   c0d7252f  amominu.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amominu.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x555555557fffffff))
(assert_return (invoke "amominu.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0x7fffffff))
(assert_return (invoke "amominu.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x123456780000000f))

;; guest "amominu.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   c0d7352f  amominu.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amominu.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "amominu.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "amominu.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x1000000ff))

;; guest "amomaxu.w" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   e0d7252f  amomaxu.w a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amomaxu.w" (i64.const 0x5555555580000000) (i64.const 0x7fffffff))
  (i64.const 0xffffffff80000000) (i64.const 0x5555555580000000))
(assert_return (invoke "amomaxu.w" (i64.const 0x7fffffff) (i64.const 0xffffffff80000000))
  (i64.const 0x7fffffff) (i64.const 0x80000000))
(assert_return (invoke "amomaxu.w" (i64.const 0x123456780000000f) (i64.const 0x1000000ff))
  (i64.const 15) (i64.const 0x12345678000000ff))

;; guest "amomaxu.d" (a2, a3) -> (a0, a1)
;;   00021737  lui a4,0x21
;;   00c73023  sd a2,0(a4)
;;   e0d7352f  amomaxu.d a0,a3,(a4)
;;   00073583  ld a1,0(a4)
(assert_return (invoke "amomaxu.d" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0x8000000000000000) (i64.const 0x8000000000000000))
(assert_return (invoke "amomaxu.d" (i64.const 0x7fffffffffffffff) (i64.const 0xffffffffffffffff))
  (i64.const 0x7fffffffffffffff) (i64.const -1))
(assert_return (invoke "amomaxu.d" (i64.const 0x123456789) (i64.const 0x1000000ff))
  (i64.const 0x123456789) (i64.const 0x123456789))

;; The destination may be the address: the exchange happens where it was.
;; guest "swap.address" (a1) -> (a0, a2)
;;   00021537  lui a0,0x21
;;   00053023  sd zero,0(a0)
;;   08b5352f  amoswap.d a0,a1,(a0)
;;   00021637  lui a2,0x21
;;   00063603  ld a2,0(a2)
(assert_return (invoke "swap.address" (i64.const 42)) (i64.const 0) (i64.const 42))

;; The destination may be the operand.
;; guest "swap.operand" (a0) -> (a0, a2)
;;   000215b7  lui a1,0x21
;;   08a5a52f  amoswap.w a0,a0,(a1)
;;   0005a603  lw a2,0(a1)
(assert_return (invoke "swap.operand" (i64.const 0x80000000))
  (i64.const 0x03020100) (i64.const 0xffffffff80000000))

;; guest "swap.all" () -> (a0, a2)
;;   00021537  lui a0,0x21
;;   00a5252f  amoadd.w a0,a0,(a0)
;;   00021637  lui a2,0x21
;;   00062603  lw a2,0(a2)
(assert_return (invoke "swap.all") (i64.const 0x03020100) (i64.const 0x03041100))

;; Nobody wants the old value.
;; guest "add.zero" (a1) -> (a2)
;;   00021537  lui a0,0x21
;;   00b5202f  amoadd.w zero,a1,(a0)
;;   00056603  lwu a2,0(a0)
(assert_return (invoke "add.zero" (i64.const 5)) (i64.const 0x03020105))
(assert_return (invoke "add.zero" (i64.const -1)) (i64.const 0x030200ff))

;; guest "or.x0" () -> (a0, a1)
;;   00021637  lui a2,0x21
;;   4006352f  amoor.d a0,zero,(a2)
;;   600635af  amoand.d a1,zero,(a2)
;;   00063583  ld a1,0(a2)
(assert_return (invoke "or.x0") (i64.const 0x0706050403020100) (i64.const 0))

;; guest "ordered" (a1) -> (a0)
;;   00021637  lui a2,0x21
;;   06b6202f  amoadd.w.aqrl zero,a1,(a2)
;;   24b6202f  amoxor.w.aq zero,a1,(a2)
;;   4206252f  amoor.w.rl a0,zero,(a2)
(assert_return (invoke "ordered" (i64.const 0x10)) (i64.const 0x03020100))

;; Atomic accesses have to be aligned.
;; guest "misaligned" (a0) -> (a1)
;;   000525af  amoadd.w a1,zero,(a0)
(assert_return (invoke "misaligned" (i64.const 0x21004)) (i64.const 0x07060504))
(assert_trap (invoke "misaligned" (i64.const 0x21002)) "SIGBUS")

;; guest "misaligned.d" (a0) -> (a1)
;;   000535af  amoadd.d a1,zero,(a0)
(assert_return (invoke "misaligned.d" (i64.const 0x21008)) (i64.const 0x0f0e0d0c0b0a0908))
(assert_trap (invoke "misaligned.d" (i64.const 0x2100c)) "SIGBUS")

;; guest "null" (a0) -> (a1)
;;   080525af  amoswap.w a1,zero,(a0)
(assert_trap (invoke "null" (i64.const 0)) "SIGSEGV")
