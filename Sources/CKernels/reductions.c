// Float32 and Float64 forms of internal/reductions.h.
#include "CKernels.h"
#include "internal/platform.h"

#include "internal/begin_f32.h"
#include "internal/vmath.h"
#include "internal/reductions.h"
#include "internal/end.h"

#include "internal/begin_f64.h"
#include "internal/vmath.h"
#include "internal/reductions.h"
#include "internal/end.h"
