// Float32 and Float64 forms of internal/layer.h.
#include "CKernels.h"
#include "internal/platform.h"

#include "internal/begin_f32.h"
#include "internal/vmath.h"
#include "internal/layer.h"
#include "internal/end.h"

#include "internal/begin_f64.h"
#include "internal/vmath.h"
#include "internal/layer.h"
#include "internal/end.h"
