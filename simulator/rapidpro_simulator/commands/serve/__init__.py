"""`rapidpro-simulator serve`: fake RapidPro and fake CHT on TCP ports, in real or dilated time, until it is ended."""
