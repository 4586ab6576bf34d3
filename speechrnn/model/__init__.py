"""The recurrent acoustic model: subsampling, recurrent encoder, CTC head."""
