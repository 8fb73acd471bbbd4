// A command that uses SIMD.
// clang --target=wasm32-wasi -msimd128 -O0 -Wl,--strip-all -o simd.wasm simd.c
#include <wasm_simd128.h>
int main() { v128_t a = wasm_i32x4_splat(3); return wasm_i32x4_extract_lane(wasm_i32x4_add(a, a), 1); }
