#pragma once

// Boost 1.74's numeric conversion casts integers outside of an enumeration's range to it in
// constant expressions, which clang 16 and later reject. With an underlying type the casts are
// well defined; the guards are Boost's own, so its definitions are skipped.
#define BOOST_NUMERIC_CONVERSION_INT_FLOAT_MIXTURE_ENUM_FLC_12NOV2002_HPP
#define BOOST_NUMERIC_CONVERSION_SIGN_MIXTURE_ENUM_FLC_12NOV2002_HPP
#define BOOST_NUMERIC_CONVERSION_UDT_BUILTIN_MIXTURE_ENUM_FLC_12NOV2002_HPP

namespace boost {
namespace numeric {
enum int_float_mixture_enum : int {
  integral_to_integral,
  integral_to_float,
  float_to_integral,
  float_to_float
};
enum sign_mixture_enum : int {
  unsigned_to_unsigned,
  signed_to_signed,
  signed_to_unsigned,
  unsigned_to_signed
};
enum udt_builtin_mixture_enum : int {
  builtin_to_builtin,
  builtin_to_udt,
  udt_to_builtin,
  udt_to_udt
};
}  // namespace numeric
}  // namespace boost
