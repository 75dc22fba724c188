-- A copy of a database must not buy, print on or poll a production account.
UPDATE ecom_carrier_account
   SET environment = 'test';
-- Nor mail customers about parcels.
UPDATE ecom_tracking_notice
   SET active = false;
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE module = 'ecom_shipping'
          AND model = 'ir.cron'
       );
