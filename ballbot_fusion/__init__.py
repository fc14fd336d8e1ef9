"""Fused multi-modal policies on a ballbot: from sensors that fail to motors that must not."""
