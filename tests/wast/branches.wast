;; RV64I: conditional branches.

;; guest "beq" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00b50463  beq a0,a1,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "beq" (i64.const 5) (i64.const 5)) (i64.const 1))
(assert_return (invoke "beq" (i64.const 5) (i64.const 6)) (i64.const 0))
(assert_return (invoke "beq" (i64.const 0x100000000) (i64.const 0)) (i64.const 0))
(assert_return (invoke "beq" (i64.const -1) (i64.const 0xffffffff)) (i64.const 0))

;; guest "bne" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00b51463  bne a0,a1,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bne" (i64.const 5) (i64.const 5)) (i64.const 0))
(assert_return (invoke "bne" (i64.const 5) (i64.const 6)) (i64.const 1))
(assert_return (invoke "bne" (i64.const 0x100000000) (i64.const 0)) (i64.const 1))

;; guest "blt" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00b54463  blt a0,a1,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "blt" (i64.const -1) (i64.const 0)) (i64.const 1))
(assert_return (invoke "blt" (i64.const 0) (i64.const -1)) (i64.const 0))
(assert_return (invoke "blt" (i64.const 3) (i64.const 3)) (i64.const 0))
(assert_return (invoke "blt" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 1))

;; guest "bge" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00b55463  bge a0,a1,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bge" (i64.const -1) (i64.const 0)) (i64.const 0))
(assert_return (invoke "bge" (i64.const 0) (i64.const -1)) (i64.const 1))
(assert_return (invoke "bge" (i64.const 3) (i64.const 3)) (i64.const 1))
(assert_return (invoke "bge" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0))

;; guest "bltu" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00b56463  bltu a0,a1,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bltu" (i64.const -1) (i64.const 0)) (i64.const 0))
(assert_return (invoke "bltu" (i64.const 0) (i64.const -1)) (i64.const 1))
(assert_return (invoke "bltu" (i64.const 3) (i64.const 3)) (i64.const 0))
(assert_return (invoke "bltu" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 0))

;; guest "bgeu" (a0, a1) -> (a2)
;;   00100613  li a2,1
;;   00b57463  bgeu a0,a1,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bgeu" (i64.const -1) (i64.const 0)) (i64.const 1))
(assert_return (invoke "bgeu" (i64.const 0) (i64.const -1)) (i64.const 0))
(assert_return (invoke "bgeu" (i64.const 3) (i64.const 3)) (i64.const 1))
(assert_return (invoke "bgeu" (i64.const 0x8000000000000000) (i64.const 0x7fffffffffffffff))
  (i64.const 1))

;; guest "beqz" (a0) -> (a2)
;;   00100613  li a2,1
;;   00050463  beqz a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "beqz" (i64.const 0)) (i64.const 1))
(assert_return (invoke "beqz" (i64.const 0x8000000000000000)) (i64.const 0))

;; guest "bnez" (a0) -> (a2)
;;   00100613  li a2,1
;;   00051463  bnez a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bnez" (i64.const 0)) (i64.const 0))
(assert_return (invoke "bnez" (i64.const 0x100000000)) (i64.const 1))

;; guest "bltz" (a0) -> (a2)
;;   00100613  li a2,1
;;   00054463  bltz a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bltz" (i64.const -1)) (i64.const 1))
(assert_return (invoke "bltz" (i64.const 0)) (i64.const 0))

;; guest "bgez" (a0) -> (a2)
;;   00100613  li a2,1
;;   00055463  bgez a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bgez" (i64.const 0)) (i64.const 1))
(assert_return (invoke "bgez" (i64.const 0x8000000000000000)) (i64.const 0))

;; guest "bgtz" (a0) -> (a2)
;;   00100613  li a2,1
;;   00a04463  bgtz a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "bgtz" (i64.const 0)) (i64.const 0))
(assert_return (invoke "bgtz" (i64.const 1)) (i64.const 1))
(assert_return (invoke "bgtz" (i64.const -1)) (i64.const 0))

;; guest "blez" (a0) -> (a2)
;;   00100613  li a2,1
;;   00a05463  blez a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "blez" (i64.const 0)) (i64.const 1))
(assert_return (invoke "blez" (i64.const 1)) (i64.const 0))
(assert_return (invoke "blez" (i64.const -1)) (i64.const 1))

;; Of a register with itself: always, or never.
;; guest "same" (a0) -> (a2)
;;   00100613  li a2,1
;;   00a57463  bgeu a0,a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "same" (i64.const 7)) (i64.const 1))

;; guest "never" (a0) -> (a2)
;;   00100613  li a2,1
;;   00a56463  bltu a0,a0,0x1000c
;;   00000613  li a2,0
(assert_return (invoke "never" (i64.const 7)) (i64.const 0))

;; A branch to the next instruction does nothing, either way.
;; guest "next" (a0) -> (a0)
;;   00050263  beqz a0,0x10004
;;   00150513  addi a0,a0,1
(assert_return (invoke "next" (i64.const 0)) (i64.const 1))
(assert_return (invoke "next" (i64.const 1)) (i64.const 2))

;; Backwards: 1 + 2 + ... + n.
;; guest "sum" (a0) -> (a1)
;;   00000593  li a1,0
;;   00050863  beqz a0,0x10014
;;   00a585b3  add a1,a1,a0
;;   fff50513  addi a0,a0,-1
;;   fe051ce3  bnez a0,0x10008
(assert_return (invoke "sum" (i64.const 10)) (i64.const 55))
(assert_return (invoke "sum" (i64.const 1)) (i64.const 1))
(assert_return (invoke "sum" (i64.const 0)) (i64.const 0))

;; A loop with two ways out, and one with two ways in.
;; guest "exits" (a0, a1) -> (a2)
;;   00000613  li a2,0
;;   00b60863  beq a2,a1,0x10014
;;   00160613  addi a2,a2,1
;;   fea66ce3  bltu a2,a0,0x10004
;;   06460613  addi a2,a2,100
(assert_return (invoke "exits" (i64.const 5) (i64.const 3)) (i64.const 3))
(assert_return (invoke "exits" (i64.const 5) (i64.const 9)) (i64.const 105))
(assert_return (invoke "exits" (i64.const 0) (i64.const 0)) (i64.const 0))

;; guest "entries" (a0, a1) -> (a2)
;;   00000613  li a2,0
;;   00059463  bnez a1,0x1000c
;;   01060613  addi a2,a2,16
;;   00160613  addi a2,a2,1
;;   fff50513  addi a0,a0,-1
;;   fea04ae3  bgtz a0,0x10008
(assert_return (invoke "entries" (i64.const 3) (i64.const 0)) (i64.const 51))
(assert_return (invoke "entries" (i64.const 3) (i64.const 1)) (i64.const 35))
(assert_return (invoke "entries" (i64.const 1) (i64.const 0)) (i64.const 17))
(assert_return (invoke "entries" (i64.const 1) (i64.const 1)) (i64.const 1))

;; The comparison reads its registers before anything after it writes them.
;; guest "overlap" (a0, a1) -> (a0, a1)
;;   00b54863  blt a0,a1,0x10010
;;   00050613  mv a2,a0
;;   00058513  mv a0,a1
;;   00060593  mv a1,a2
(assert_return (invoke "overlap" (i64.const 9) (i64.const 4)) (i64.const 4) (i64.const 9))
(assert_return (invoke "overlap" (i64.const 4) (i64.const 9)) (i64.const 4) (i64.const 9))
(assert_return (invoke "overlap" (i64.const -1) (i64.const 1)) (i64.const -1) (i64.const 1))
