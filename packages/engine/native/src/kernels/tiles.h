// AMX: 8 registers ("tiles") of 16 rows of 64 bytes. TDPBF16PS multiplies 16×32 bfloat16 by 32×16 and adds to 16×16
// floats; the second factor holds its rows in pairs: [pair of rows][column][row of the pair].
#pragma once

#include <cstdint>

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && __GNUC__ >= 11
#define APR_HAS_TILES 1
// GCC 12 warns of its own headers, which make undefined vectors of uninitialised ones (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

// On a function that uses tiles, and AVX-512, which every processor with tiles has.
#define APR_TILES __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))

namespace apr::kernels {

constexpr int kTileRows = 16;     // of every tile
constexpr int kTileBytes = 64;    // of a row
constexpr int kTileValues = 512;  // bfloat16 of a whole tile
constexpr int kTileSums = 256;    // floats of a whole tile

// While one lives, the tiles of its thread are in use, all of them whole.
class Tiles {
 public:
  APR_TILES Tiles() {
    const Configuration whole;
    _tile_loadconfig(&whole);
  }
  APR_TILES ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;

  // The compiler knows nothing of what tiles read and write: what was stored before is in memory after this.
  static void settle() { __asm__ volatile("" ::: "memory"); }

 private:
  struct alignas(64) Configuration {
    Configuration() {
      for (int i = 0; i < 8; i++) {
        rowBytes[i] = kTileBytes;
        rows[i] = kTileRows;
      }
    }
    uint8_t palette = 1;
    uint8_t startRow = 0;
    uint8_t reserved[14] = {};
    uint16_t rowBytes[16] = {};
    uint8_t rows[16] = {};
  };
};

// Selects the first `count` of 32 lanes, all if there are more.
inline uint32_t firstLanes(int64_t count) { return count >= 32 ? ~0u : (1u << count) - 1; }

// Turns 16 rows of 16 words into columns.
APR_TILES inline void transposeWords(__m512i (&rows)[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    for (int k = 0; k < 2; k++) {
      rows[i + 2 * k] = _mm512_unpacklo_epi64(t[i + k], t[i + k + 2]);
      rows[i + 2 * k + 1] = _mm512_unpackhi_epi64(t[i + k], t[i + k + 2]);
    }
  }
  for (int i = 0; i < 16; i += 8) {
    for (int k = 0; k < 4; k++) {
      t[i + k] = _mm512_shuffle_i32x4(rows[i + k], rows[i + k + 4], 0x88);
      t[i + k + 4] = _mm512_shuffle_i32x4(rows[i + k], rows[i + k + 4], 0xdd);
    }
  }
  for (int k = 0; k < 8; k++) {
    rows[k] = _mm512_shuffle_i32x4(t[k], t[k + 8], 0x88);
    rows[k + 8] = _mm512_shuffle_i32x4(t[k], t[k + 8], 0xdd);
  }
}

}  // namespace apr::kernels

#endif
