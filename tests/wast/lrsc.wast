;; A: load-reserved and store-conditional. A store-conditional gives 0 where it
;; stored, and not 0 (here: 1) where it did not.

;; guest "pair.w" (a0, a1) -> (a2, a3, a4)
;;   10a4b023  sd a0,256(s1)
;;   10048793  addi a5,s1,256
;;   1007a62f  lr.w a2,(a5)
;;   18b7a6af  sc.w a3,a1,(a5)
;;   1004b703  ld a4,256(s1)
(assert_return (invoke "pair.w" (i64.const 0x5555555580000000) (i64.const 7))
  (i64.const 0xffffffff80000000) (i64.const 0) (i64.const 0x5555555500000007))
(assert_return (invoke "pair.w" (i64.const 1) (i64.const 0x8000000080000000))
  (i64.const 1) (i64.const 0) (i64.const 0x80000000))

;; guest "pair.d" (a0, a1) -> (a2, a3, a4)
;;   10a4b023  sd a0,256(s1)
;;   10048793  addi a5,s1,256
;;   1607b62f  lr.d.aqrl a2,(a5)
;;   1ab7b6af  sc.d.rl a3,a1,(a5)
;;   1004b703  ld a4,256(s1)
(assert_return (invoke "pair.d" (i64.const 0x8000000000000000) (i64.const -1))
  (i64.const 0x8000000000000000) (i64.const 0) (i64.const -1))

;; Without a reservation nothing is stored.
;; guest "alone" (a0) -> (a2, a3)
;;   10048793  addi a5,s1,256
;;   18a7a62f  sc.w a2,a0,(a5)
;;   0007a683  lw a3,0(a5)
(assert_return (invoke "alone" (i64.const 9)) (i64.const 1) (i64.const 0))

;; The first store-conditional uses the reservation up.
;; guest "twice" (a0) -> (a2, a3, a4)
;;   10048793  addi a5,s1,256
;;   1007a5af  lr.w a1,(a5)
;;   18a7a62f  sc.w a2,a0,(a5)
;;   1807a6af  sc.w a3,zero,(a5)
;;   0007a703  lw a4,0(a5)
(assert_return (invoke "twice" (i64.const 9)) (i64.const 0) (i64.const 1) (i64.const 9))

;; Of another address.
;; guest "elsewhere" (a0) -> (a2, a3)
;;   10048793  addi a5,s1,256
;;   14048713  addi a4,s1,320
;;   1007a5af  lr.w a1,(a5)
;;   18a7262f  sc.w a2,a0,(a4)
;;   00072683  lw a3,0(a4)
(assert_return (invoke "elsewhere" (i64.const 9)) (i64.const 1) (i64.const 0))

;; The destination may be the operand or the address.
;; guest "operand" (a0) -> (a0, a2)
;;   10048793  addi a5,s1,256
;;   1007b5af  lr.d a1,(a5)
;;   18a7b52f  sc.d a0,a0,(a5)
;;   0007b603  ld a2,0(a5)
(assert_return (invoke "operand" (i64.const 77)) (i64.const 0) (i64.const 77))

;; guest "address" (a0) -> (a5, a2)
;;   10048793  addi a5,s1,256
;;   1007b02f  lr.d zero,(a5)
;;   18a7b7af  sc.d a5,a0,(a5)
;;   1004b603  ld a2,256(s1)
(assert_return (invoke "address" (i64.const 77)) (i64.const 0) (i64.const 77))

;; `lr` into its own address.
;; guest "load.address" (a0) -> (a5)
;;   10a4b023  sd a0,256(s1)
;;   10048793  addi a5,s1,256
;;   1007a7af  lr.w a5,(a5)
(assert_return (invoke "load.address" (i64.const 0x80000000)) (i64.const 0xffffffff80000000))

;; A fetch-and-multiply, the loop that the pair is for.
;; guest "loop" (a0, a1) -> (a2, a4)
;;   10a4b023  sd a0,256(s1)
;;   10048793  addi a5,s1,256
;;   1007b62f  lr.d a2,(a5)
;;   02b606b3  mul a3,a2,a1
;;   18d7b6af  sc.d a3,a3,(a5)
;;   fe069ae3  bnez a3,0x10008
;;   1004b703  ld a4,256(s1)
(assert_return (invoke "loop" (i64.const 6) (i64.const 7)) (i64.const 6) (i64.const 42))

;; Compare-and-swap.
;; guest "compare" (a0, a1, a2) -> (a3, a4)
;;   10a4a023  sw a0,256(s1)
;;   10048793  addi a5,s1,256
;;   1407a6af  lr.w.aq a3,(a5)
;;   00b69663  bne a3,a1,0x10018
;;   1ac7a72f  sc.w.rl a4,a2,(a5)
;;   fe071ae3  bnez a4,0x10008
;;   1004e703  lwu a4,256(s1)
(assert_return (invoke "compare" (i64.const 5) (i64.const 5) (i64.const 8))
  (i64.const 5) (i64.const 8))
(assert_return (invoke "compare" (i64.const 5) (i64.const 6) (i64.const 8))
  (i64.const 5) (i64.const 5))
(assert_return (invoke "compare" (i64.const 0x80000000) (i64.const 0xffffffff80000000)
    (i64.const 8))
  (i64.const 0xffffffff80000000) (i64.const 8))

;; guest "misaligned" (a0) -> (a1)
;;   100525af  lr.w a1,(a0)
(assert_trap (invoke "misaligned" (i64.const 0x21002)) "SIGBUS")
(assert_return (invoke "misaligned" (i64.const 0x21004)) (i64.const 0x07060504))
(assert_trap (invoke "misaligned" (i64.const 0)) "SIGSEGV")
