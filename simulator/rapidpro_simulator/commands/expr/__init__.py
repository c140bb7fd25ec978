"""`rapidpro-simulator expr`: the expressions of RapidPro's flows, evaluated and explained."""
