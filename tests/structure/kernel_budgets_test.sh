#!/usr/bin/env bash
# That kernel_budgets.sh can fail: it must name each thing that is wrong with made-up objects which are otherwise good.
# Usage: kernel_budgets_test.sh EMPTY_FOLDER_TO_WORK_IN
set -euo pipefail
script=$(cd "$(dirname "$0")" && pwd)/kernel_budgets.sh
work=$1
rm -rf "$work"
mkdir -p "$work/objects"
cd "$work"

# kernel MANGLED SPILLS USED: what ptxas says of one.
kernel() {
  cat <<TEXT
ptxas info    : Compiling entry function '$1' for 'sm_90'
ptxas info    : Function properties for $1
    0 bytes stack frame, $2 bytes spill stores, $2 bytes spill loads
ptxas info    : Used $3
ptxas info    : Compile time = 1.000 ms
TEXT
}
adamw=_ZN11fractalsync4cuda40_GLOBAL__N__941cd211_8_adamw_cu_4edc25b112adamw_kernelENS_9AdamWSpecEPKNS_9StepStateE
product4=_ZN11fractalsync4cuda14product_kernelILi4EEEvPKfi
product8=_ZN11fractalsync4cuda14product_kernelILi8EEEvPKfi

good() {
  rm -f objects/*
  touch objects/adamw.cu.o objects/mlp.cu.o
  kernel $adamw 0 '42 registers, used 1 barriers, 40 bytes cumulative stack size, 2084 bytes smem' >objects/adamw.cu.o.resources
  {
    echo 'ptxas info    : 304 bytes gmem'
    kernel $product4 0 '60 registers, used 0 barriers'
    kernel $product8 0 '121 registers, used 0 barriers, 64 bytes smem'
    # What a kernel calls is no kernel.
    printf "ptxas info    : Function properties for helper\n    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
  } >objects/mlp.cu.o.resources
  printf '# kernels\n\nadamw_kernel 48 40 2084\nproduct_kernel<4> 64 0 0\nproduct_kernel<8> 128 0 64\n' >budgets.txt
}

good
"$script" objects budgets.txt | grep -qx '3 kernels stay within their budgets' || { echo "the good kernels fail"; exit 1; }
"$script" --update objects new.txt >/dev/null
diff <(grep -v '^#' new.txt) <(grep -vE '^(#|$)' budgets.txt) || { echo "what it writes is not what it reads"; exit 1; }

# bad WHAT_IT_MUST_SAY: it must fail, and say that.
bad() {
  local said
  if said=$("$script" objects budgets.txt); then
    echo "not seen: $1"
    exit 1
  fi
  grep -qxF "$1" <<<"$said" || { echo "not said: $1, but: $said"; exit 1; }
}

good; sed -i 's/adamw_kernel 48/adamw_kernel 40/' budgets.txt
bad 'adamw_kernel: takes 42 registers, may take 40'
good; sed -i 's/adamw_kernel 48 40/adamw_kernel 48 32/' budgets.txt
bad 'adamw_kernel: takes 40 bytes of stack, may take 32'
good; sed -i 's/2084/2083/' budgets.txt
bad 'adamw_kernel: takes 2084 bytes of static shared memory, may take 2083'
good; sed -i '/<8>/d' budgets.txt
bad 'product_kernel<8>: has no budget (it takes 121 0 64)'
good; echo 'gone_kernel 8 0 0' >>budgets.txt
bad 'gone_kernel: has a budget, but is no kernel'
good; echo 'adamw_kernel 255 0 0' >>budgets.txt
bad 'budgets.txt: twice: adamw_kernel'
good; echo 'adamw_kernel many' >>budgets.txt
bad 'budgets.txt: not a kernel and three numbers: adamw_kernel many'
good; sed -i 's/ 0 bytes spill stores, 0 bytes/ 8 bytes spill stores, 16 bytes/' objects/adamw.cu.o.resources
bad 'adamw_kernel: spills 24 bytes'
good; rm budgets.txt
bad 'cannot read budgets.txt'
good; rm objects/mlp.cu.o.resources
bad 'there is no objects/mlp.cu.o.resources: build the backend anew'
good; rm objects/*
bad 'there are no objects in objects'
good; : >objects/adamw.cu.o.resources; : >objects/mlp.cu.o.resources
bad 'the compiler said nothing of any kernel in objects'
# An object that went leaves its report behind.
good; rm objects/adamw.cu.o
bad 'adamw_kernel: has a budget, but is no kernel'
echo "everything wrong was named"
