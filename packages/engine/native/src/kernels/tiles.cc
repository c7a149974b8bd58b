#include "tiles.h"

#include "kernels.h"

#if defined(APR_HAS_TILES)

#include <sys/syscall.h>
#include <unistd.h>

namespace apr::kernels {

namespace {

// Linux gives the tiles' large state only to processes that ask for it.
bool askForTiles() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILE_DATA
  __builtin_cpu_init();
  const bool isThere = __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
                       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bf16");
  return isThere && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

}  // namespace

bool hasTiles() {
  static const bool granted = askForTiles();
  return granted;
}

}  // namespace apr::kernels

#else

bool apr::kernels::hasTiles() { return false; }

#endif
