;; RV64I: shifts. The amount is the low six bits of the register or immediate.

;; guest "sll" (a0, a1) -> (a0)
;;   00b51533  sll a0,a0,a1
(assert_return (invoke "sll" (i64.const 1) (i64.const 63)) (i64.const 0x8000000000000000))
;; Bits above the sixth do not count.
(assert_return (invoke "sll" (i64.const 1) (i64.const 64)) (i64.const 1))
(assert_return (invoke "sll" (i64.const 1) (i64.const -1)) (i64.const 0x8000000000000000))
(assert_return (invoke "sll" (i64.const 0x123456789abcdef0) (i64.const 4))
  (i64.const 0x23456789abcdef00))
(assert_return (invoke "sll" (i64.const 5) (i64.const 0x100000000)) (i64.const 5))

;; guest "srl" (a0, a1) -> (a0)
;;   00b55533  srl a0,a0,a1
(assert_return (invoke "srl" (i64.const 0x8000000000000000) (i64.const 63)) (i64.const 1))
(assert_return (invoke "srl" (i64.const -1) (i64.const 64)) (i64.const -1))
(assert_return (invoke "srl" (i64.const -1) (i64.const 1)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "srl" (i64.const -1) (i64.const 0xffffffffffffffc4))
  (i64.const 0x0fffffffffffffff))

;; guest "sra" (a0, a1) -> (a0)
;;   40b55533  sra a0,a0,a1
(assert_return (invoke "sra" (i64.const 0x8000000000000000) (i64.const 63)) (i64.const -1))
(assert_return (invoke "sra" (i64.const 0x8000000000000000) (i64.const 64))
  (i64.const 0x8000000000000000))
(assert_return (invoke "sra" (i64.const 0x7fffffffffffffff) (i64.const 62)) (i64.const 1))
;; It rounds down, and not to zero.
(assert_return (invoke "sra" (i64.const -7) (i64.const 1)) (i64.const -4))

;; guest "slli" (a0) -> (a0)
;;   03f51513  slli a0,a0,0x3f
(assert_return (invoke "slli" (i64.const 3)) (i64.const 0x8000000000000000))
(assert_return (invoke "slli" (i64.const 2)) (i64.const 0))

;; guest "slli.32" (a0) -> (a0)
;;   02051513  slli a0,a0,0x20
(assert_return (invoke "slli.32" (i64.const 0x123456789)) (i64.const 0x2345678900000000))

;; guest "srli" (a0) -> (a0)
;;   03f55513  srli a0,a0,0x3f
(assert_return (invoke "srli" (i64.const -1)) (i64.const 1))
(assert_return (invoke "srli" (i64.const 0x7fffffffffffffff)) (i64.const 0))

;; guest "srai" (a0) -> (a0)
;;   43f55513  srai a0,a0,0x3f
(assert_return (invoke "srai" (i64.const 0x8000000000000000)) (i64.const -1))
(assert_return (invoke "srai" (i64.const 0x7fffffffffffffff)) (i64.const 0))

;; The two shifts by which compilers cut a field out of a register.
;; guest "field" (a0) -> (a0)
;;   03051513  slli a0,a0,0x30
;;   43855513  srai a0,a0,0x38
(assert_return (invoke "field" (i64.const 0x8012)) (i64.const -128))
(assert_return (invoke "field" (i64.const 0x7f12)) (i64.const 127))

;; guest "zext.w" (a0) -> (a0)
;;   02051513  slli a0,a0,0x20
;;   02055513  srli a0,a0,0x20
(assert_return (invoke "zext.w" (i64.const -1)) (i64.const 0xffffffff))

;; The amount may be the value.
;; guest "same" (a0) -> (a0)
;;   00a51533  sll a0,a0,a0
(assert_return (invoke "same" (i64.const 65)) (i64.const 130))
(assert_return (invoke "same" (i64.const 63)) (i64.const 0x8000000000000000))
