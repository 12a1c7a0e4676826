;; Zbs: single bits, by the low six bits of the index.

;; guest "bclr" (a0, a1) -> (a0)
;;   48b51533  bclr a0,a0,a1
(assert_return (invoke "bclr" (i64.const -1) (i64.const 63)) (i64.const 0x7fffffffffffffff))
(assert_return (invoke "bclr" (i64.const -1) (i64.const 64)) (i64.const -2))
(assert_return (invoke "bclr" (i64.const 0) (i64.const 5)) (i64.const 0))

;; guest "bext" (a0, a1) -> (a0)
;;   48b55533  bext a0,a0,a1
(assert_return (invoke "bext" (i64.const 0x8000000000000000) (i64.const 63)) (i64.const 1))
(assert_return (invoke "bext" (i64.const 0x8000000000000000) (i64.const 127)) (i64.const 1))
(assert_return (invoke "bext" (i64.const 1) (i64.const -64)) (i64.const 1))
(assert_return (invoke "bext" (i64.const -2) (i64.const 0)) (i64.const 0))

;; guest "binv" (a0, a1) -> (a0)
;;   68b51533  binv a0,a0,a1
(assert_return (invoke "binv" (i64.const 0) (i64.const 63)) (i64.const 0x8000000000000000))
(assert_return (invoke "binv" (i64.const 1) (i64.const 64)) (i64.const 0))

;; guest "bset" (a0, a1) -> (a0)
;;   28b51533  bset a0,a0,a1
(assert_return (invoke "bset" (i64.const 0) (i64.const 63)) (i64.const 0x8000000000000000))
(assert_return (invoke "bset" (i64.const 0) (i64.const 31)) (i64.const 0x80000000))
(assert_return (invoke "bset" (i64.const 0) (i64.const -1)) (i64.const 0x8000000000000000))

;; guest "bclri" (a0) -> (a0)
;;   4bf51513  bclri a0,a0,0x3f
(assert_return (invoke "bclri" (i64.const -1)) (i64.const 0x7fffffffffffffff))

;; guest "bexti" (a0) -> (a0)
;;   49f55513  bexti a0,a0,0x1f
(assert_return (invoke "bexti" (i64.const 0x80000000)) (i64.const 1))
(assert_return (invoke "bexti" (i64.const 0x7fffffff)) (i64.const 0))

;; guest "binvi" (a0) -> (a0)
;;   6a051513  binvi a0,a0,0x20
(assert_return (invoke "binvi" (i64.const 0)) (i64.const 0x100000000))
(assert_return (invoke "binvi" (i64.const -1)) (i64.const 0xfffffffeffffffff))

;; guest "bseti" (a0) -> (a0)
;;   29f51513  bseti a0,a0,0x1f
(assert_return (invoke "bseti" (i64.const 0)) (i64.const 0x80000000))

;; guest "overlap" (a0) -> (a0)
;;   28a51533  bset a0,a0,a0
(assert_return (invoke "overlap" (i64.const 4)) (i64.const 20))
