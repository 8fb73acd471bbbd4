package dev.glis.objects;

/**
 * Joins the CRCs of two pieces into that of both, one behind the other, without their bytes. To
 * append n bytes multiplies a CRC, as a polynomial over GF(2), by x to the power of 8n; the rest is
 * addition. Powers come from squaring, as in zlib's {@code crc32_combine}. Polynomials are
 * bit-reflected: the highest bit stands for 1.
 */
record CrcJoin(int bits, long polynomial) {
    long join(long first, long second, long secondBytes) {
        return multiply(powerOfX(Math.multiplyExact(secondBytes, Byte.SIZE)), first) ^ second;
    }

    private long powerOfX(long exponent) {
        long result = one();
        long square = one() >>> 1;
        for (long left = exponent; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(square, result);
            }
            square = multiply(square, square);
        }
        return result;
    }

    private long one() {
        return 1L << (bits - 1);
    }

    private long multiply(long left, long right) {
        long product = 0;
        long shifted = right;
        for (long bit = one(); bit != 0; bit >>>= 1) {
            if ((left & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) == 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial;
        }
        return product;
    }
}
